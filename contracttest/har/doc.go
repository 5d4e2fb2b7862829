// Package har reads and writes HAR 1.2 files, in which browsers, proxies and test runners keep HTTP traffic.
//
//	reader := har.NewReader(file)
//	for {
//		entry, err := reader.Next()
//		if err == io.EOF {
//			break
//		}
//		if err != nil {
//			return err // what came before it was returned, whole
//		}
//		fmt.Println(entry.Request.Method, entry.Request.URL, entry.Response.Status)
//	}
//
// # What is read
//
// Files of any size, entry by entry. The specification (https://github.com/ahmadnassri/har-spec) is taken loosely, since
// recorders do: members in any order, unknown ones, ones given twice (the last is taken), null or a value of another
// type (as if it were missing), numbers as strings, a byte order mark, invalid UTF-8 (U+FFFD takes its place; in bodies,
// the bytes that mitmproxy writes as surrogates become those bytes again).
//
// What a recorder wrote of a body and what its headers say often differ. A [Body] says which it is: whole, or why it
// is not.
//
//   - HAR stores the body of an answer after its Content-Encoding was undone, and text in UTF-8, whatever its charset was. So
//     Content-Encoding is left out of the header of a body that is there, and Content-Length where it is not the
//     body's length, as net/http does for what it decompresses. A body that begins as gzip does was stored as it was sent:
//     it keeps both. A request keeps its Content-Encoding: whether its body was decoded is not known.
//   - Transfer-Encoding is left out always: it is the connection's.
//   - Pseudo-headers of HTTP/2 and HTTP/3 (":status") are left out.
//   - A form of which only the parameters were stored is encoded again.
//
// # Bounds
//
// A Reader holds less than 64 MiB, whatever the file is, besides what the caller keeps; 100 KiB or so with entries of some KiB.
// A body is kept up to [MaxBody] bytes, if it takes at most 8 MiB in the file; of a message's header 1 MiB is kept, and of any
// other text 64 KiB ([Entry.Oversize]). What is longer is read over without being held. A file with more than 128 levels of
// objects and lists is refused.
package har
