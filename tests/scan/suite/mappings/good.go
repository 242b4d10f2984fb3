package mappings

import "syscall"

type index struct{ data []byte }

func gives(fd int, size int) error {
	data, err := syscall.Mmap(fd, 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return err
	}
	defer syscall.Munmap(data)
	return use(data)
}

func inLiteral(fd int, size int) error {
	data, err := syscall.Mmap(fd, 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return err
	}
	defer func() { _ = syscall.Munmap(data) }()
	return use(data)
}

func returned(fd int, size int) ([]byte, error) {
	return syscall.Mmap(fd, 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
}

func (x *index) kept(fd int, size int) error {
	data, err := syscall.Mmap(fd, 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return err
	}
	x.data = data
	return nil
}

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
