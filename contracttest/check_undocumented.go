package contracttest

// undocumented notes the properties of an answer that the contract does not list.
func (v *verdict) undocumented() {
	if v.class.op == nil || v.value == nil || !v.makes(UndocumentedProperty) {
		return
	}
	for _, one := range v.class.op.UndocumentedInResponse(v.answer.status, v.value) {
		v.fail(problem{
			check: one.Check, rule: v.suite.rules.ofAnswer(one), sure: observation, place: one.Path, message: one.String(),
			variant: one.Keyword,
		})
	}
}
