// rules R146
package mappings

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

func use(p []byte) error { return nil }

func forgets(fd int, size int) error {
	data, err := syscall.Mmap(fd, 0, size, syscall.PROT_READ, syscall.MAP_SHARED) // want R146
	if err != nil {
		return err
	}
	return use(data)
}

func onePath(fd int, size int) error {
	data, err := syscall.Mmap(fd, 0, size, syscall.PROT_READ, syscall.MAP_SHARED) // want R146
	if err != nil {
		return err
	}
	if err := use(data); err != nil {
		return err
	}
	return syscall.Munmap(data)
}

func oneBranch(fd int, size int, keep bool) error {
	data, err := syscall.Mmap(fd, 0, size, syscall.PROT_READ, syscall.MAP_SHARED) // want R146
	if err != nil {
		return err
	}
	if !keep {
		return syscall.Munmap(data)
	}
	if len(data) < 8 {
		return errors.New("short")
	}
	return nil
}

func openSegment(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
}

// The wrapper hands the mapping out; this one forgets it.
func magic(path string) (string, error) {
	data, err := openSegment(path) // want R146
	if err != nil {
		return "", err
	}
	if len(data) < 4 {
		return "", fmt.Errorf("%s: short", path)
	}
	return string(data[:4]), nil
}

// The error path of a constructor.
func newIndex(path string) (*index, error) {
	data, err := openSegment(path) // want R146
	if err != nil {
		return nil, err
	}
	if string(data[:4]) != "SEG1" {
		return nil, errors.New("not a segment")
	}
	return &index{data: data}, nil
}

// Mapped anew when it grows; the old one is lost.
func grow(fd, size, wanted int) error {
	data, err := syscall.Mmap(fd, 0, size, syscall.PROT_READ, syscall.MAP_SHARED) // want R146
	if err != nil {
		return err
	}
	if wanted > size {
		data, err = syscall.Mmap(fd, 0, wanted, syscall.PROT_READ, syscall.MAP_SHARED)
		if err != nil {
			return err
		}
	}
	defer syscall.Munmap(data)
	return use(data)
}

func total(fds []int, size int) (sum int, err error) {
	for _, fd := range fds {
		data, err := syscall.Mmap(fd, 0, size, syscall.PROT_READ, syscall.MAP_PRIVATE) // want R146
		if err != nil {
			return 0, err
		}
		if data[0] == 0 {
			continue
		}
		sum += len(data)
		_ = syscall.Munmap(data)
	}
	return sum, nil
}

func anonymous(size int, zero bool) {
	scratch, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE) // want R146
	if err != nil {
		panic(err)
	}
	switch {
	case zero:
		clear(scratch)
		syscall.Munmap(scratch)
	case len(scratch) > 4096:
		scratch[0] = 1
	default:
		syscall.Munmap(scratch)
	}
}
