package mockserver

// VendorsBody is the body of the request on the vendor's page "Create Customer", word for word.
const VendorsBody = `
{
  "email": "jsmith@example.com",
  "phoneNumber": "<string>",
  "firstName": "<string>",
  "lastName": "<string>",
  "imageUrl": "<string>",
  "tags": ["<string>"],
  "addresses": [
    {
      "address1": "<string>",
      "firstName": "<string>",
      "lastName": "<string>",
      "phone": "<string>",
      "address2": "<string>",
      "city": "<string>",
      "province": "<string>",
      "country": "<string>",
      "zip": "<string>",
      "mainAddress": false
    }
  ]
}
`
