package verify

import (
	"crypto/hmac"
	"crypto/sha256"
	"slices"
)

// most is how many bytes are hashed and printed in search of an explanation, which takes a second or two.
const most = 64 << 20

// budget is how many bytes are left of it.
type budget struct{ bytes int }

// spend takes from the budget, and reports whether there was enough of it.
func (b *budget) spend(n int) bool {
	const overhead = 128 // the blocks of an HMAC beside its message
	if b.bytes < n+overhead {
		b.bytes = 0
		return false
	}
	b.bytes -= n + overhead
	return true
}

// message is what is signed in front of the body.
type message struct{ form, prefix string }

// explanation is a way in which the signature that came is an HMAC.
type explanation struct {
	secret    secretForm
	message   message
	bodyForm  string
	size      int // of the body, in bytes
	candidate candidate
}

// asItShould reports whether the signature is right as the contract has it.
func (e explanation) asItShould() bool {
	return e.secret.form == "" && e.message.form == "" && e.bodyForm == "" && e.candidate.odd == ""
}

// search looks for explanations, the simplest first.
type search struct {
	signature signature
	secrets   []secretForm
	messages  []message // the right one first
	body      []byte
	left      budget
	tried     int // HMACs
	bodyForms int // different ones
}

// run returns the first explanation; ok is false where none of what it tries is one.
func (s *search) run() (found explanation, ok bool) {
	if len(s.signature.candidates) == 0 {
		return found, false
	}
	own, right := ownForms(s.secrets), s.messages[:1]
	for _, secret := range own {
		if found, ok = s.try(secret, right[0], "", s.body); ok && found.asItShould() {
			return found, true
		}
	}
	// One thing that is not as it should be.
	if found, ok = s.any(slices.Concat(own, s.secrets), right, "", s.body); ok {
		return found, true
	}
	if found, ok = s.any(own, s.messages, "", s.body); ok {
		return found, true
	}
	bodies(s.body, &s.left, func(form string, body []byte) bool {
		s.bodyForms++
		found, ok = s.any(own, right, form, body)
		return !ok
	})
	if ok {
		return found, true
	}
	// Two or three of them.
	bodies(s.body, &s.left, func(form string, body []byte) bool {
		found, ok = s.any(s.secrets, s.messages, form, body)
		return !ok
	})
	return found, ok
}

// any tries each of the secrets with each of the messages.
func (s *search) any(secrets []secretForm, messages []message, form string, body []byte) (explanation, bool) {
	for _, secret := range secrets {
		for _, message := range messages {
			if found, ok := s.try(secret, message, form, body); ok {
				return found, true
			}
		}
	}
	return explanation{}, false
}

// ownForms are the secrets as they were given.
func ownForms(forms []secretForm) (own []secretForm) {
	for _, f := range forms {
		if f.form == "" {
			own = append(own, f)
		}
	}
	return own
}

// try computes one HMAC and compares it with what came.
func (s *search) try(secret secretForm, message message, form string, body []byte) (explanation, bool) {
	if !s.left.spend(len(message.prefix) + len(body)) {
		return explanation{}, false
	}
	s.tried++
	mac := hmac.New(sha256.New, []byte(secret.key))
	_, _ = mac.Write([]byte(message.prefix))
	_, _ = mac.Write(body)
	c, ok := s.signature.matches(mac.Sum(nil))
	return explanation{secret, message, form, len(body), c}, ok
}
