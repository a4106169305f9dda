package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

// The headers of a delivery.
const (
	SignatureHeader = "Samestory-Signature"
	DeliveryHeader  = "Samestory-Delivery" // the id, as in the body
	AttemptHeader   = "Samestory-Attempt"  // from 1
)

// Sign makes the signature of a body sent at a time: "t=UNIX,v1=HEX", with a further v1 for each further secret. What is
// signed is the time in decimal, a full stop and the body, so that an old delivery cannot be sent again as a new one.
func Sign(secrets []string, at time.Time, body []byte) string {
	t := strconv.FormatInt(at.Unix(), 10)
	var b strings.Builder
	b.WriteString("t=" + t)
	for _, secret := range secrets {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(t + "."))
		mac.Write(body)
		b.WriteString(",v1=" + hex.EncodeToString(mac.Sum(nil)))
	}
	return b.String()
}
