package fetch

import "net/http"

// Client is what everybody asks with.
var Client = &http.Client{}
