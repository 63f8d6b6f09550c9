/*
 * libyaml for Swift: its parser of events. The header is taken as it is; only what it names in a union gets a function
 * here, so that Swift reads each field of an event with the type of that event.
 */
#ifndef CYAML_YAML_SHIM_H
#define CYAML_YAML_SHIM_H

#if !__has_include(<yaml.h>)
#error "libyaml headers not found. Install them: apt-get install libyaml-dev"
#endif

#include <stddef.h>
#include <yaml.h>

/* The anchor of an event, or the name that an alias goes by; NULL when it has none. libyaml ends it with a NUL. */
static inline const char *cyaml_anchor(const yaml_event_t *event) {
    switch (event->type) {
        case YAML_ALIAS_EVENT: return (const char *)event->data.alias.anchor;
        case YAML_SCALAR_EVENT: return (const char *)event->data.scalar.anchor;
        case YAML_SEQUENCE_START_EVENT: return (const char *)event->data.sequence_start.anchor;
        case YAML_MAPPING_START_EVENT: return (const char *)event->data.mapping_start.anchor;
        default: return NULL;
    }
}

/* The tag that was written before a value; NULL when there was none. */
static inline const char *cyaml_tag(const yaml_event_t *event) {
    switch (event->type) {
        case YAML_SCALAR_EVENT: return (const char *)event->data.scalar.tag;
        case YAML_SEQUENCE_START_EVENT: return (const char *)event->data.sequence_start.tag;
        case YAML_MAPPING_START_EVENT: return (const char *)event->data.mapping_start.tag;
        default: return NULL;
    }
}

/* The bytes of a scalar, which may hold a NUL, and how many there are; only for YAML_SCALAR_EVENT. */
static inline const unsigned char *cyaml_scalar(const yaml_event_t *event, size_t *length) {
    *length = event->data.scalar.length;
    return event->data.scalar.value;
}

/* Whether a scalar stands without quotes and is no block, so that its type is still to be found; only for scalars. */
static inline int cyaml_is_plain(const yaml_event_t *event) {
    return event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

#endif
