// Package store is a generic container: its methods carry type parameters in their names.
package store

// Store keeps every version of every value.
type Store[K comparable, V any] struct {
	versions map[K][]*V
}

// New makes an empty one.
func New[K comparable, V any]() *Store[K, V] {
	return &Store[K, V]{versions: make(map[K][]*V)}
}

// Put adds a version.
func (s *Store[K, V]) Put(key K, value V) {
	s.versions[key] = append(s.versions[key], clone(value))
}

func clone[V any](value V) *V {
	return &value
}
