// The stacks of a dump as a tree of their text. A dump repeats a few hundred stacks a million times, and
// apart from argument words and goroutine numbers the text of a repeated stack is the same byte for byte. So
// the reader walks this tree along the text: a step is one comparison with the piece that followed here last
// time, and only text never seen before is taken apart and interned. Exact, unlike a hash of the stack;
// stacks that share their inner frames share the path.
//
// Pieces alternate, with what varies left out in between:
//   "net/http.(*persistConn).writeLoop("   arguments
//   ")\n\t/usr/.../transport.go:2452 +0xf0"   rest of the line
//   "created by net/http.(*T).dialConn"      goroutine
//   "\n\t/usr/.../transport.go:1800 +0x1585"  rest of the line
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "model/stack_table.h"

namespace seep::parse {

class StackTrie {
 public:
  using Node = uint32_t;
  static constexpr Node kRoot = 0;
  static constexpr Node kNone = ~Node{0};

  enum class Piece : uint8_t { kFunction, kFrame, kCreated, kCreator };

  explicit StackTrie(model::StackTable& stacks);

  // The child of `node` last taken, if the text at `p` begins with its piece. The caller checks what follows.
  Node Again(Node node, const char* p, const char* end) const {
    const Node child = nodes_[node].recent;
    return child != kRoot && Follows(child, p, end) ? child : kNone;
  }
  // A child whose text has looked like this: `key` is made of a few telling bytes. Much cheaper than Find(),
  // and wrong at worst in finding nothing.
  Node Guess(Node node, uint64_t key, const char* p, const char* end) {
    const Node child = guesses_[Guessed(node, key)];
    if (child == kRoot || nodes_[child].parent != node || !Follows(child, p, end)) return kNone;
    nodes_[node].recent = child;
    return child;
  }
  // The child of `node` for this piece, made when it is new. kFrame and kCreator come with their frame.
  Node Find(Node node, std::string_view piece) const;
  Node Add(Node node, std::string_view piece, Piece kind, model::FrameId frame = {});
  void Remember(Node node, uint64_t key, Node child) {
    nodes_[node].recent = child;
    guesses_[Guessed(node, key)] = child;
  }

  Piece kind(Node node) const { return nodes_[node].kind; }
  size_t length(Node node) const { return nodes_[node].length; }
  model::FrameId frame(Node node) const { return nodes_[node].frame; }
  // The stack that ends with the frame of this node (or is empty: kRoot).
  model::StackId Stack(Node frame_node) {
    Entry& entry = nodes_[frame_node];
    return entry.stack || frame_node == kRoot ? entry.stack : MakeStack(frame_node);
  }

 private:
  struct Entry {
    const char* text = nullptr;
    uint32_t length = 0;
    Node recent = kRoot;
    Node parent = kRoot;
    model::FrameId frame;
    model::StackId stack;
    Piece kind = Piece::kFunction;
  };

  bool Follows(Node child, const char* p, const char* end) const {
    const Entry& entry = nodes_[child];
    return static_cast<size_t>(end - p) >= entry.length && std::memcmp(p, entry.text, entry.length) == 0;
  }
  static size_t Guessed(Node node, uint64_t key) {
    return MultiplyFold(key + node, 0x9E3779B97F4A7C15ull) % kGuesses;
  }

  model::StackId MakeStack(Node frame_node);
  const char* Keep(std::string_view piece);
  static uint64_t Key(Node node, std::string_view piece) { return Mix(HashBytes(piece), node).low; }
  size_t Slot(uint64_t hash, Node node, std::string_view piece) const;
  void Grow();

  static constexpr size_t kGuesses = 4096;

  model::StackTable& stacks_;
  std::vector<Entry> nodes_;
  std::array<Node, kGuesses> guesses_{};
  std::vector<uint64_t> hashes_;  // by node
  std::vector<Node> slots_;       // open addressing over (parent, piece), kRoot = free
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* block_next_ = nullptr;
  size_t block_left_ = 0;
  std::vector<model::FrameId> path_;
};

}  // namespace seep::parse
