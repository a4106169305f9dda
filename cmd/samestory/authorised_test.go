package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestAuthorised(t *testing.T) {
	for _, tt := range []struct {
		name, method, path, bearer, password, site string
		want                                       int
	}{
		{"looking needs no token", http.MethodGet, "/edit", "", "", "", 200},
		{"an order without one", http.MethodPost, "/edit", "", "", "same-origin", 401},
		{"a program", http.MethodPost, "/api/v1/overrides", "secret", "", "", 200},
		{"a program with another", http.MethodPost, "/api/v1/overrides", "guess", "", "", 401},
		{"a browser on a page of this server", http.MethodPost, "/edit", "", "secret", "same-origin", 200},
		{"a browser with another password", http.MethodPost, "/edit", "", "guess", "same-origin", 401},
		{"a browser on a page of another site", http.MethodPost, "/v1/stories", "", "secret", "cross-site", 401},
		{"what only the browser remembers", http.MethodPost, "/seen", "", "", "same-origin", 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := authorised("secret", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			r := httptest.NewRequestWithContext(t.Context(), tt.method, tt.path, nil)
			if tt.bearer != "" {
				r.Header.Set("Authorization", "Bearer "+tt.bearer)
			}
			if tt.password != "" {
				r.SetBasicAuth("ada", tt.password)
			}
			if tt.site != "" {
				r.Header.Set("Sec-Fetch-Site", tt.site)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != tt.want {
				t.Errorf("%d", w.Code)
			}
			if asked := w.Header().Values("WWW-Authenticate"); (w.Code == 401) != (len(asked) == 2) {
				t.Errorf("asks for %q", asked)
			}
		})
	}
}
