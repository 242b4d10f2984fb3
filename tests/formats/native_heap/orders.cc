#include <cstdlib>
#include <cstdio>
#include <vector>
#include <cstring>
__attribute__((noinline)) void* keep(size_t n){ void* p = malloc(n); memset(p,1,n); return p; }
__attribute__((noinline)) void session(std::vector<void*>& v){ v.push_back(keep(3000)); }
__attribute__((noinline)) void request(){ void* p = keep(5000); free(p); }
int main(){ std::vector<void*> v; for(int i=0;i<2000;i++){ session(v); for (int j=0;j<4;j++) request(); } printf("%zu\n", v.size());
 for(int i=0;i<500;i++) free(v[i]); fflush(stdout); }
