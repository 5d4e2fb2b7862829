package result

import (
	"slices"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// The checks, as [Checks] explains them. What a request gets wrong on purpose and what an answer gets wrong share an
// id where they ask the same question.
const (
	NotServerError     Check = "not_server_error"
	DocumentedStatus         = judge.DocumentedStatus
	ExpectedStatus     Check = "expected_status"
	ContentType              = judge.ContentType
	ResponseSchema           = judge.ResponseSchema
	ResponseFormat           = judge.ResponseFormat
	SingleJSONValue          = judge.SingleJSONValue
	UniqueKeys               = judge.UniqueKeys
	UTF8                     = judge.UTF8
	RequiredHeaders          = judge.RequiredHeaders
	HeaderSchema             = judge.HeaderSchema
	RateLimitValues    Check = "ratelimit_values"
	RateLimitMonotone  Check = "ratelimit_monotonic"
	ErrorEnvelope            = judge.ErrorEnvelope
	ErrorCodeForCause  Check = "error_code_for_cause"
	MessageNamesFields Check = "message_names_fields"
	PositiveAccepted   Check = "positive_accepted"
	NegativeRejected   Check = "negative_rejected"
	MissingKey         Check = "missing_key"
	WrongKey           Check = "wrong_key"
	KeyInWrongPlace    Check = "key_in_wrong_place"
	MediaType          Check = "media_type"
	MalformedJSON      Check = "malformed_json"
	EmptyBody          Check = "empty_body"
	MethodNotAllowed   Check = "method_not_allowed"
	UnknownPath        Check = "unknown_path"
	Echo               Check = "echo"
	IDUnique           Check = "id_unique"
	Timestamps         Check = "timestamps"
	NoStackTrace       Check = "no_stack_trace"
	KeySecret          Check = "key_secret"
	WebhookSent        Check = "webhook_sent"
	WebhookHeaders     Check = "webhook_headers"
	WebhookSignature   Check = "webhook_signature"
	WebhookTime        Check = "webhook_time"
	WebhookPayload     Check = "webhook_payload"
	WebhookRetry       Check = "webhook_retry"
	WebhookID          Check = "webhook_id"

	RequestContract Check = "request_contract"

	PropertyDirection           = judge.Direction
	UndocumentedProperty        = judge.Undocumented
	DocumentedNeverSeen   Check = "documented_never_seen"
	AlwaysPresentOptional Check = "always_present_but_optional"
)

// CheckInfo says what a check asks.
type CheckInfo struct {
	// ID names the check.
	ID Check
	// Doc says what has to be so.
	Doc string
	// Notice is set where the check gives notices only.
	Notice bool
	// Webhook is set where the check looks at webhooks: it is made only where a run listens for them.
	Webhook bool
	// Traffic is set where the check looks at requests of others: it is made of traffic only.
	Traffic bool
}

// checks are all of them, in the order of reports.
var checks = []CheckInfo{
	{ID: NotServerError, Doc: "an answer came, and it is no 5xx that was not asked for"},
	{ID: DocumentedStatus, Doc: "the status is one that the contract lists"},
	{ID: ExpectedStatus, Doc: "the status is the one for the request's cause"},
	{ID: ContentType, Doc: "the media type is the contract's"},
	{ID: ResponseSchema, Doc: "the body obeys the schema"},
	{ID: ResponseFormat, Doc: "the body's strings obey their formats"},
	{ID: SingleJSONValue, Doc: "the body is exactly one JSON value"},
	{ID: UniqueKeys, Doc: "no object names a member twice, and a request that does is refused"},
	{ID: UTF8, Doc: "the body is UTF-8, and a request that is not is refused"},
	{ID: RequiredHeaders, Doc: "the required headers are there"},
	{ID: HeaderSchema, Doc: "the headers obey their schemas"},
	{ID: RateLimitValues, Doc: "RateLimit-Remaining is at most RateLimit-Limit, and RateLimit-Reset within a minute"},
	{
		ID:  RateLimitMonotone,
		Doc: "RateLimit-Remaining falls with each request of a window, and RateLimit-Reset does not rise",
	},
	{ID: ErrorEnvelope, Doc: "an error has the documented envelope"},
	{ID: ErrorCodeForCause, Doc: "the error code is the one for the cause, and goes with the status"},
	{ID: MessageNamesFields, Doc: "the mock's message names every field that is wrong"},
	{ID: PositiveAccepted, Doc: "a valid request is carried out"},
	{ID: NegativeRejected, Doc: "a request that breaks the schema is refused"},
	{ID: MissingKey, Doc: "a request without a key is refused"},
	{ID: WrongKey, Doc: "a request with a wrong key is refused"},
	{ID: KeyInWrongPlace, Doc: "a key counts only where the contract wants it"},
	{ID: MediaType, Doc: "a body of another media type is refused"},
	{ID: MalformedJSON, Doc: "a body that is not one JSON value is refused"},
	{ID: EmptyBody, Doc: "no body is refused where one is required"},
	{ID: MethodNotAllowed, Doc: "another method gets 405 with Allow"},
	{ID: UnknownPath, Doc: "another path gets 404"},
	{ID: Echo, Doc: "what was sent is what comes back"},
	{ID: IDUnique, Doc: "no id is given twice"},
	{ID: Timestamps, Doc: "times are in UTC with milliseconds, and equal at creation"},
	{ID: NoStackTrace, Doc: "an error shows nothing of the server's internals"},
	{ID: KeySecret, Doc: "no answer shows an API key, nor a part of one"},
	{ID: WebhookSent, Doc: "a customer that is created is told of", Webhook: true},
	{ID: WebhookHeaders, Doc: "a webhook has the headers of the contract", Webhook: true},
	{ID: WebhookSignature, Doc: "a webhook's signature is that of its bytes", Webhook: true},
	{ID: WebhookTime, Doc: "a webhook's timestamp is the time of sending", Webhook: true},
	{ID: WebhookPayload, Doc: "a webhook's payload is the customer that was answered", Webhook: true},
	{ID: WebhookRetry, Doc: "a webhook that was refused comes again, in its time and as it was", Webhook: true},
	{ID: WebhookID, Doc: "a webhook's id is that of one event", Webhook: true},
	{ID: RequestContract, Doc: "a request that somebody else sends obeys the contract", Traffic: true},
	{ID: PropertyDirection, Doc: "no property that is writeOnly is answered"},
	{ID: UndocumentedProperty, Doc: "a property that the contract does not list", Notice: true},
	{ID: DocumentedNeverSeen, Doc: "a status, header or property of the contract that never came", Notice: true},
	{ID: AlwaysPresentOptional, Doc: "an optional property that is always there", Notice: true},
}

// Checks lists the checks in the order of reports.
func Checks() []CheckInfo { return slices.Clone(checks) }

// OfWebhooks reports whether a check looks at webhooks.
func OfWebhooks(id Check) bool { return info(id).Webhook }

// OfTraffic reports whether a check looks at requests of others.
func OfTraffic(id Check) bool { return info(id).Traffic }

// info is what is said of a check; the zero value where there is none of that id.
func info(id Check) CheckInfo {
	for i := range checks {
		if checks[i].ID == id {
			return checks[i]
		}
	}
	return CheckInfo{}
}
