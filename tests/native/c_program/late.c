// A library that comes after the start.
#include <stdlib.h>

void* late_leak(size_t n) {
  void* volatile block = malloc(n);
  return block;
}
