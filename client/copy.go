package client

import "slices"

// copyOf returns an input that shares no memory with in.
func copyOf(in CustomerInput) CustomerInput {
	out := CustomerInput{
		Email: copied(in.Email), PhoneNumber: copied(in.PhoneNumber), FirstName: copied(in.FirstName),
		LastName: copied(in.LastName), ImageURL: copied(in.ImageURL),
		Tags: slices.Clone(in.Tags), Addresses: slices.Clone(in.Addresses),
	}
	for i, a := range in.Addresses {
		out.Addresses[i] = AddressInput{
			Address1: a.Address1, Address2: copied(a.Address2), FirstName: copied(a.FirstName), LastName: copied(a.LastName),
			Phone: copied(a.Phone), City: copied(a.City), Province: copied(a.Province), Country: copied(a.Country),
			Zip: copied(a.Zip), MainAddress: copied(a.MainAddress),
		}
	}
	return out
}

func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	return new(*p)
}
