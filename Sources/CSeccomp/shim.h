// libseccomp, which writes the filters of system calls.
#if !__has_include(<seccomp.h>)
#error "seccomp.h is missing: apt-get install libseccomp-dev"
#endif
#include <seccomp.h>
