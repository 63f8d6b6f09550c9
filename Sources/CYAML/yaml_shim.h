/*
 * libyaml's event parser for Swift. Swift uses the header as it is, except for fields in a union: for these there is a
 * function here, which reads the field that belongs to the type of the event.
 */
#ifndef CYAML_YAML_SHIM_H
#define CYAML_YAML_SHIM_H

#if !__has_include(<yaml.h>)
#error "libyaml headers not found. Install them: apt-get install libyaml-dev"
#endif

#include <stddef.h>
#include <yaml.h>

/* The anchor of an event, or the anchor that an alias refers to; NULL when it has none. The text ends with a NUL. */
static inline const char *cyaml_anchor(const yaml_event_t *event) {
    switch (event->type) {
        case YAML_ALIAS_EVENT: return (const char *)event->data.alias.anchor;
        case YAML_SCALAR_EVENT: return (const char *)event->data.scalar.anchor;
        case YAML_SEQUENCE_START_EVENT: return (const char *)event->data.sequence_start.anchor;
        case YAML_MAPPING_START_EVENT: return (const char *)event->data.mapping_start.anchor;
        default: return NULL;
    }
}

/* The explicit tag of a value; NULL when it has none. */
static inline const char *cyaml_tag(const yaml_event_t *event) {
    switch (event->type) {
        case YAML_SCALAR_EVENT: return (const char *)event->data.scalar.tag;
        case YAML_SEQUENCE_START_EVENT: return (const char *)event->data.sequence_start.tag;
        case YAML_MAPPING_START_EVENT: return (const char *)event->data.mapping_start.tag;
        default: return NULL;
    }
}

/* The bytes of a scalar, which may contain NUL, and their number; only for YAML_SCALAR_EVENT. */
static inline const unsigned char *cyaml_scalar(const yaml_event_t *event, size_t *length) {
    *length = event->data.scalar.length;
    return event->data.scalar.value;
}

/* Whether a scalar is neither quoted nor a block, so that its text decides its type; only for YAML_SCALAR_EVENT. */
static inline int cyaml_is_plain(const yaml_event_t *event) {
    return event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

#endif
