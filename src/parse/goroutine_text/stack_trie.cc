#include "parse/goroutine_text/stack_trie.h"

#include <algorithm>

namespace seep::parse {

StackTrie::StackTrie(model::StackTable& stacks)
    : stacks_(stacks), nodes_(1), hashes_(1, 0), slots_(4096, kRoot) {}

size_t StackTrie::Slot(uint64_t hash, Node node, std::string_view piece) const {
  const size_t mask = slots_.size() - 1;
  size_t i = hash & mask;
  for (; slots_[i] != kRoot; i = (i + 1) & mask) {
    const Entry& entry = nodes_[slots_[i]];
    if (hashes_[slots_[i]] == hash && entry.parent == node &&
        std::string_view(entry.text, entry.length) == piece)
      break;
  }
  return i;
}

StackTrie::Node StackTrie::Find(Node node, std::string_view piece) const {
  const Node found = slots_[Slot(Key(node, piece), node, piece)];
  return found == kRoot ? kNone : found;
}

StackTrie::Node StackTrie::Add(Node node, std::string_view piece, Piece kind, model::FrameId frame) {
  if (nodes_.size() * 2 > slots_.size()) Grow();
  const uint64_t hash = Key(node, piece);
  const auto added = static_cast<Node>(nodes_.size());
  slots_[Slot(hash, node, piece)] = added;
  nodes_.push_back({Keep(piece), static_cast<uint32_t>(piece.size()), kRoot, node, frame, {}, kind});
  hashes_.push_back(hash);
  return added;
}

void StackTrie::Grow() {
  slots_.assign(slots_.size() * 2, kRoot);
  const size_t mask = slots_.size() - 1;
  for (Node node = 1; node < nodes_.size(); ++node) {
    size_t i = hashes_[node] & mask;
    while (slots_[i] != kRoot) i = (i + 1) & mask;
    slots_[i] = node;
  }
}

model::StackId StackTrie::MakeStack(Node frame_node) {
  path_.clear();
  for (Node node = frame_node; node != kRoot; node = nodes_[node].parent)
    if (nodes_[node].kind == Piece::kFrame) path_.push_back(nodes_[node].frame);
  std::ranges::reverse(path_);
  return nodes_[frame_node].stack = stacks_.AddStack(path_);
}

// Copies, so that the pieces walked again and again lie together and not all over a file of 700 MB.
const char* StackTrie::Keep(std::string_view piece) {
  constexpr size_t kBlock = 64 * 1024;
  if (piece.size() > block_left_) {
    block_left_ = std::max(kBlock, piece.size());
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(block_left_));
    block_next_ = blocks_.back().get();
  }
  std::memcpy(block_next_, piece.data(), piece.size());
  const char* kept = block_next_;
  block_next_ += piece.size();
  block_left_ -= piece.size();
  return kept;
}

}  // namespace seep::parse
