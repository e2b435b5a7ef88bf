#include "cre2.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <string>

struct fm_re2 {
    explicit fm_re2(re2::StringPiece pattern, const RE2::Options &options)
        : expression(pattern, options) {}
    RE2 expression;
};

static void copy_reason(const char *text, char *reason, size_t size) {
    if (size == 0) return;
    const size_t length = std::min(std::strlen(text), size - 1);
    std::memcpy(reason, text, length);
    reason[length] = '\0';
}

fm_re2 *fm_re2_new(const char *pattern, size_t length, int64_t memory_bytes, char *reason,
                   size_t reason_size) try {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(memory_bytes);
    auto made = std::make_unique<fm_re2>(re2::StringPiece(pattern, length), options);
    if (made->expression.ok()) return made.release();
    copy_reason(made->expression.error().c_str(), reason, reason_size);
    return nullptr;
} catch (...) {
    copy_reason("no memory", reason, reason_size);
    return nullptr;
}

void fm_re2_free(fm_re2 *expression) { delete expression; }

int32_t fm_re2_groups(const fm_re2 *expression) {
    return expression->expression.NumberOfCapturingGroups();
}

int32_t fm_re2_group(const fm_re2 *expression, const char *name, size_t length) try {
    const auto &names = expression->expression.NamedCapturingGroups();
    const auto found = names.find(std::string(name == nullptr ? "" : name, length));
    return found == names.end() ? 0 : found->second;
} catch (...) {
    return 0;
}

bool fm_re2_match(const fm_re2 *expression, const char *text, size_t length, int64_t *bounds,
                  int32_t bounds_count) try {
    constexpr int32_t most = 32;
    if (bounds_count < 1 || bounds_count > most) return false;
    // An empty match in null would look like a group that took no part.
    if (text == nullptr) text = "";
    re2::StringPiece groups[most];
    const re2::StringPiece whole(text, length);
    if (!expression->expression.Match(whole, 0, length, RE2::UNANCHORED, groups, bounds_count)) {
        return false;
    }
    for (int32_t group = 0; group < bounds_count; group++) {
        const bool is_set = groups[group].data() != nullptr;
        bounds[2 * group] = is_set ? groups[group].data() - text : -1;
        bounds[2 * group + 1] =
            is_set ? bounds[2 * group] + static_cast<int64_t>(groups[group].size()) : -1;
    }
    return true;
} catch (...) {
    return false;
}
