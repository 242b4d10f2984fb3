// Go source to words, one at a time, with the semicolons the language puts in at ends of lines. Accepts and
// refuses what go/scanner does, and cuts faulty source into the same words.
#pragma once

#include <string>
#include <string_view>

#include "goscan/syntax/ast.h"

namespace seep::goscan {

// Notes an error: one a line, as the first says what is wrong and the rest are its echoes, and not more than
// kMaxErrors.
void AddError(Tree& tree, Offset at, std::string what);
// Whether AddError would keep it: for texts that cost something to make.
bool WantsError(const Tree& tree, Offset at);

class Lexer {
 public:
  // Fills tree.lines now, tree.comments and tree.errors on the way. tree.source is what is read.
  explicit Lexer(Tree& tree);

  // Goes on to the next word. Comments are no words. At the end it stays at kEof.
  void Next();

  Token token = Token::kIllegal;
  Offset begin = 0;
  Offset end = 0;
  bool put_in = false;  // a semicolon that is not written: begin is its line break or the end of the file

 private:
  unsigned char At(Offset at) const { return at < size_ ? text_[at] : 0; }
  bool Take(char wanted);
  bool SkipBlanks();
  void Name();
  void NameBeyondAscii();
  void Number();
  int Digits(int base, Offset* invalid);
  void Fraction(char prefix, int* seen, int base, Offset* invalid);
  void Exponent(char prefix, int* seen);
  void CheckSeparators();
  void Operator(unsigned char first);
  void AngleOrAmpersand(unsigned char first);
  Token Assignable(Token plain, Token with_assign);
  void String();
  void RawString();
  void Rune();
  bool Escape(unsigned char quote);
  bool CommentAhead();
  void CheckLineDirective(const Comment& comment);
  void Illegal();
  void Emit(Token which, bool ends_line);
  void Semicolon(Offset at);

  Tree& tree_;
  const unsigned char* text_;
  Offset size_;
  Offset at_ = 0;
  bool insert_semicolon_ = false;  // a line break here is a semicolon
};

}  // namespace seep::goscan
