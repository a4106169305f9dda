package source

import (
	"net/url"
	"slices"
	"strings"
)

// trackers are query parameters that name the way a reader came and not what is read. Sources: the lists of the large
// browsers' URL cleaners.
var trackers = []string{
	"fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "ttclid", "igshid", "igsh",
	"mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "hsctatracking", "oly_anon_id", "oly_enc_id", "vero_id", "wickedid",
	"s_cid", "cmpid", "ncid", "xtor", "ref_src", "ref_url", "at_medium", "at_campaign", "ns_mchannel", "ns_source",
	"ns_campaign", "ns_linkname", "ns_fee", "ocid", "smid", "_ga", "_gl", "guccounter", "guce_referrer", "guce_referrer_sig",
	"spm", "srnd", "taid", "ito", "cid_source",
}

func isTracker(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "utm_") || strings.HasPrefix(name, "pk_") || strings.HasPrefix(name, "mtm_") ||
		slices.Contains(trackers, name)
}

// webURL parses an absolute web address; one without a scheme that begins with a host name is taken as https.
func webURL(raw string) (*url.URL, bool) {
	raw = strings.TrimSpace(raw)
	if strings.HasPrefix(raw, "//") {
		raw = "https:" + raw
	}
	u, err := url.Parse(raw)
	if err == nil && u.Scheme == "" && u.Host == "" {
		if host, _, _ := strings.Cut(u.Path, "/"); strings.Contains(strings.Trim(host, "."), ".") {
			u, err = url.Parse("https://" + raw)
		}
	}
	if err != nil || u.Host == "" || u.Hostname() == "" {
		return nil, false
	}
	if u.Scheme != "http" && u.Scheme != "https" { // url.Parse lowers the scheme
		return nil, false
	}
	return u, true
}

// canonicalURL is the key under which deliveries of one address meet: without scheme, www., default port, fragment,
// trackers, user, and a slash at the end; query parameters sorted. It is no address to open.
func canonicalURL(u *url.URL) string {
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	host = strings.TrimPrefix(host, "www.")
	if p := u.Port(); p != "" && p != "80" && p != "443" {
		host += ":" + p
	}
	var kept []string
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		name, _, _ := strings.Cut(part, "=")
		if part != "" && !isTracker(name) {
			kept = append(kept, part)
		}
	}
	slices.Sort(kept)
	s := host + strings.TrimRight(u.EscapedPath(), "/")
	if len(kept) > 0 {
		s += "?" + strings.Join(kept, "&")
	}
	return s
}

// hostName is the outlet that an address names: its host without www.
func hostName(u *url.URL) string {
	return strings.TrimPrefix(strings.TrimSuffix(strings.ToLower(u.Hostname()), "."), "www.")
}
