// rules R146
package mappings

import (
	"errors"
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
