static inline int add(int a, int b) {
  return a + b;
}

__attribute__((cold, noinline)) static int unlikely(int n) {
  return n * 17;
}

int c_sum(const int* values, int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) {
    sum = add(sum, values[i]);
    if (__builtin_expect(sum == 12345, 0)) sum = unlikely(sum);
  }
  return sum;
}
