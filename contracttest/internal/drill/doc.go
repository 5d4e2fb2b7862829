// Package drill has no code but a test, which nothing imports: it changes openapi.yaml in a copy of the tree in the five ways that the vendor's API
// is likely to change, generates, builds and tests the copy, and counts the files that had to be edited by hand:
//
//	make drill
//
// A change is a function in its own file, named for what changes. What has to be written by hand for it is in testdata, one file for each
// file of the tree.
package drill
