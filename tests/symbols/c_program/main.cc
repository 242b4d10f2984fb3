// Names of every kind that a C++ compiler makes, and calls that it inlines into one another. What it computes
// does not matter; run.py asks about every few bytes of its code.
#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

extern "C" int c_sum(const int* values, int count);

namespace shapes {

template <class T>
class Ring {
 public:
  void Push(T value) {
    if (values_.size() < 16)
      values_.push_back(value);
    else
      values_[next_++ % 16] = value;
  }
  [[gnu::noinline]] T Largest() const { return *std::max_element(values_.begin(), values_.end()); }

 private:
  std::vector<T> values_;
  unsigned next_ = 0;
};

static inline int Twice(int n) {
  return n * 2 + c_sum(&n, 1);
}
static inline int FourTimes(int n) {
  return Twice(Twice(n));
}

struct Base {
  virtual ~Base() = default;
  virtual int Area(int n) const { return FourTimes(n); }
};
struct Square : Base {
  int Area(int n) const override { return Base::Area(n) * n; }
};

}  // namespace shapes

int main(int argc, char** argv) {
  shapes::Ring<int> ints;
  shapes::Ring<double> doubles;
  std::map<std::string, int> words;
  shapes::Square square;
  const shapes::Base& base = square;
  for (int i = 0; i < 40 + argc; ++i) {
    ints.Push(base.Area(i));
    doubles.Push(i / 3.0);
    words[argv[0] + std::to_string(i)] += [&](int n) { return shapes::Twice(n) + ints.Largest(); }(i);
  }
  std::printf("%d %f %zu\n", ints.Largest(), doubles.Largest(), words.size());
}
