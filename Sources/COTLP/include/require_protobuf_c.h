/* Included first by every file of this target: a missing library is named, with its remedy, at every build. */
#ifndef COTLP_REQUIRE_PROTOBUF_C_H
#define COTLP_REQUIRE_PROTOBUF_C_H

#if !__has_include(<protobuf-c/protobuf-c.h>)
#error "protobuf-c headers not found. Install them: apt-get install libprotobuf-c-dev"
#endif

#endif
