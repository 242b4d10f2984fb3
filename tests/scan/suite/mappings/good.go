package mappings

import (
	"runtime"
	"syscall"
)

type index struct{ data []byte }

// looks like R146
func gives(fd int, size int) error {
	data, err := syscall.Mmap(fd, 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return err
	}
	defer syscall.Munmap(data)
	return use(data)
}

// looks like R146
func inLiteral(fd int, size int) error {
	data, err := syscall.Mmap(fd, 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return err
	}
	defer func() { _ = syscall.Munmap(data) }()
	return use(data)
}

// looks like R146
func returned(fd int, size int) ([]byte, error) {
	return syscall.Mmap(fd, 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
}

// looks like R146
func (x *index) kept(fd int, size int) error {
	data, err := syscall.Mmap(fd, 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return err
	}
	x.data = data
	return nil
}

// looks like R146
func both(fd int, size int) error {
	data, err := syscall.Mmap(fd, 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return err
	}
	if err := use(data); err != nil {
		_ = syscall.Munmap(data)
		return err
	}
	return syscall.Munmap(data)
}

// looks like R146
func part(fd, size int) ([]byte, error) {
	data, err := syscall.Mmap(fd, 0, 4096, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, err
	}
	data = data[16:]
	return data[:size], nil
}

type view struct {
	name string
	data []byte
}

// looks like R146
func partOfView(fd, size int) (view, error) {
	data, err := syscall.Mmap(fd, 0, 4096, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return view{}, err
	}
	return view{"part", data[:size]}, nil
}

func give(data []byte) {
	if len(data) > 0 {
		_ = syscall.Munmap(data)
	}
}

// looks like R146
func byHelper(fd, size int) error {
	data, err := syscall.Mmap(fd, 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return err
	}
	defer give(data)
	return use(data)
}

// looks like R146
func eachRound(fds []int, size int) error {
	for _, fd := range fds {
		data, err := syscall.Mmap(fd, 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
		if err != nil {
			return err
		}
		err = use(data)
		syscall.Munmap(data)
		if err != nil {
			return err
		}
	}
	return nil
}

type file struct{ segments [][]byte }

// looks like R146
func (f *file) add(fd, size int) error {
	data, err := syscall.Mmap(fd, 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return err
	}
	f.segments = append(f.segments, data)
	return nil
}

func (f *file) Close() {
	for _, s := range f.segments {
		_ = syscall.Munmap(s)
	}
}

// looks like R146
func opened(path string) (*index, error) {
	data, err := openSegment(path)
	if err != nil {
		return nil, err
	}
	x := &index{data: data}
	runtime.SetFinalizer(x, func(x *index) { _ = syscall.Munmap(x.data) })
	return x, nil
}

// looks like R146
func checked(path string) (x *index, err error) {
	data, err := openSegment(path)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = syscall.Munmap(data)
		}
	}()
	if err := use(data); err != nil {
		return nil, err
	}
	return &index{data: data}, nil
}

// looks like R146
func grown(fd, size, wanted int) error {
	data, err := syscall.Mmap(fd, 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return err
	}
	if wanted > size {
		syscall.Munmap(data)
		if data, err = syscall.Mmap(fd, 0, wanted, syscall.PROT_READ, syscall.MAP_SHARED); err != nil {
			return err
		}
	}
	defer syscall.Munmap(data)
	return use(data)
}
