package store

// byOldest is a heap (container/heap) of tenants, the one with the store's oldest customer on top.
type byOldest []*tenant

func (h byOldest) Len() int { return len(h) }
func (h byOldest) Less(i, j int) bool {
	return h[i].customers.at(0).number < h[j].customers.at(0).number
}

func (h byOldest) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].holding, h[j].holding = i, j
}

func (h *byOldest) Push(t any) {
	t.(*tenant).holding = len(*h)
	*h = append(*h, t.(*tenant))
}

func (h *byOldest) Pop() any {
	last := len(*h) - 1
	t := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return t
}
