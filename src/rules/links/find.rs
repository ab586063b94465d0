//! Where links stand in a text. One scanner for the text as written and for its cleaned form; it forgives what clients
//! and browsers forgive: slashes the wrong way round, too many or too few, names before an `@`, percent-encoding.

use std::ops::Range;

use super::How;

/// A link as it stands in the scanned text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// The whole of it.
    pub(super) span: Range<usize>,
    /// The host as written, without user, port and trailing dot.
    pub(super) host: Range<usize>,
    /// What follows the host.
    pub(super) path: Range<usize>,
    /// How it is written.
    pub(super) how: u16,
}

/// The longest run that is looked at as a host; real ones end at 253 bytes.
const LONGEST_HOST: usize = 260;

/// Top-level domains that are also file endings or words after a forgotten space: alone, without a path, they prove nothing.
const AMBIGUOUS: &[&str] = &[
    "rs",
    "sh",
    "md",
    "zip",
    "mov",
    "py",
    "pl",
    "cc",
    "ps",
    "so",
    "is",
    "it",
    "in",
    "to",
    "at",
    "be",
    "me",
    "my",
    "no",
    "do",
    "am",
    "as",
    "us",
    "im",
    "id",
    "la",
    "ml",
    "now",
    "how",
    "you",
    "your",
    "am",
    "by",
    "de",
    "es",
    "la",
    "se",
    "cool",
    "nice",
    "ok",
    "best",
    "gay",
    "fun",
    "one",
    "land",
    "map",
    "java",
    "cat",
    "properties",
    "cv",
    "ai",
    "ms",
    "pm",
    "ma",
    "pa",
    "mo",
    "ad",
    "al",
    "an",
    "bot",
    "call",
    "data",
    "date",
    "day",
    "free",
    "here",
    "hot",
    "like",
    "live",
    "love",
    "meet",
    "new",
    "off",
    "open",
    "play",
    "post",
    "read",
    "review",
    "run",
    "safe",
    "save",
    "search",
    "show",
    "team",
    "then",
    "tips",
    "today",
    "watch",
    "work",
    "works",
    "world",
    "wow",
    "yes",
    "info",
    "name",
    "ing",
];

/// Calls `found` with every link, from left to right, none inside another.
pub(super) fn find(text: &str, mut found: impl FnMut(Found)) {
    let bytes = text.as_bytes();
    let mut done = 0;
    for at in memchr::memchr2_iter(b':', b'.', bytes) {
        if at < done {
            continue;
        }
        let link = if bytes[at] == b':' {
            with_scheme(text, at, done)
        } else {
            bare(text, at, &mut done)
        };
        if let Some(link) = link {
            done = done.max(link.span.end);
            found(link);
        }
    }
}

fn with_scheme(text: &str, colon: usize, from: usize) -> Option<Found> {
    let bytes = text.as_bytes();
    if !bytes[from..colon].ends_with(b"p")
        && !bytes[from..colon]
            .last()
            .is_some_and(|last| matches!(last, b'P' | b's' | b'S'))
    {
        return None;
    }
    let letters = bytes[from..colon]
        .iter()
        .rev()
        .take(8)
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    let word = &bytes[colon - letters..colon];
    let ends = |scheme: &str| {
        word.len() >= scheme.len()
            && word[word.len() - scheme.len()..].eq_ignore_ascii_case(scheme.as_bytes())
    };
    let (length, mut how) = if ends("https") {
        (5, How::SCHEME)
    } else if ends("http") {
        (4, How::SCHEME)
    } else if ends("hxxps") {
        (5, How::SCHEME | How::DEFANGED)
    } else if ends("hxxp") {
        (4, How::SCHEME | How::DEFANGED)
    } else {
        return None;
    };
    let start = colon - length;
    let mut authority = colon + 1;
    while authority < bytes.len() && matches!(bytes[authority], b'/' | b'\\') {
        authority += 1;
    }
    if &bytes[colon + 1..authority] != b"//" {
        how |= How::SLASHES;
    }
    let end = authority
        + text[authority..]
            .find(ends_authority)
            .unwrap_or(text.len() - authority);
    let mut host = authority..end;
    if let Some(sign) = text[host.clone()].rfind('@') {
        host.start += sign + 1;
        how |= How::USERINFO;
    }
    if let Some(port) = text[host.clone()].rfind(':')
        && bytes[host.start + port + 1..host.end]
            .iter()
            .all(u8::is_ascii_digit)
    {
        host.end = host.start + port;
    }
    trim_host(text, &mut host);
    let written = &text[host.clone()];
    if written.contains('%') {
        how |= How::ENCODED;
    }
    let numeric = !written.is_empty()
        && (written.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') || written.starts_with("0x"));
    let named = written.contains(['.', '%', '\u{3002}', '\u{ff0e}', '\u{ff61}']);
    if written.is_empty() || !(numeric || named) || written.len() > LONGEST_HOST {
        return None;
    }
    let path = path_after(text, end);
    Some(Found {
        span: start..path.end.max(host.end),
        host,
        path,
        how,
    })
}

fn bare(text: &str, dot: usize, done: &mut usize) -> Option<Found> {
    let bytes = text.as_bytes();
    let host_byte =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') || byte >= 0x80;
    // The usual dot ends a sentence: nothing host-like right behind it.
    if dot == 0 || !bytes.get(dot + 1).is_some_and(|&byte| host_byte(byte)) || !host_byte(bytes[dot - 1]) {
        return None;
    }
    let floor = dot.saturating_sub(LONGEST_HOST).max(*done);
    let ceiling = (dot + LONGEST_HOST).min(bytes.len());
    let mut start = dot;
    while start > floor && host_byte(bytes[start - 1]) {
        start -= 1;
    }
    let mut end = dot + 1;
    while end < ceiling && host_byte(bytes[end]) {
        end += 1;
    }
    while !text.is_char_boundary(start) {
        start += 1;
    }
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    // Letters only: emoji and punctuation beyond ASCII end a host.
    let left = &text[start..dot];
    start += left
        .rfind(not_in_host)
        .map_or(0, |at| at + left[at..].chars().next().map_or(1, char::len_utf8));
    end = dot + text[dot..end].find(not_in_host).unwrap_or(end - dot);
    let mut host = start..end;
    trim_host(text, &mut host);
    *done = (*done).max(end);
    let before = start.checked_sub(1).map_or(b' ', |before| bytes[before]);
    let after = bytes.get(end).copied().unwrap_or(b' ');
    let rooted = before == b'/' && start >= 2 && bytes[start - 2] == b'/';
    if matches!(before, b'@' | b'\\' | b'=' | b'&' | b'#' | b'$') || (before == b'/' && !rooted) {
        return None;
    }
    if after == b'(' || after == b'@' || after == b'=' {
        return None;
    }
    let written = &text[host.clone()];
    let (front, last) = written.rsplit_once('.')?;
    if front.is_empty() || last.len() < 2 {
        return None;
    }
    let path = path_after(text, end);
    let pathless = path.len() <= 1;
    let www = written
        .get(..4)
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case("www."));
    if !is_top_level(written) {
        return None;
    }
    if pathless && !www {
        let mixed_case =
            last.starts_with(|c: char| c.is_ascii_uppercase()) && front.contains(|c: char| c.is_lowercase());
        if mixed_case || AMBIGUOUS.iter().any(|word| word.eq_ignore_ascii_case(last)) {
            return None;
        }
    }
    Some(Found {
        span: start..path.end.max(host.end),
        host,
        path,
        how: if www { How::WWW } else { How::BARE },
    })
}

/// Whether this host ends in a public suffix, or in `example`, which documentation and tests use.
pub(super) fn is_top_level(host: &str) -> bool {
    let mut lower = [0_u8; LONGEST_HOST];
    let Some(lower) = lower.get_mut(..host.len()) else {
        return false;
    };
    lower.copy_from_slice(host.as_bytes());
    lower.make_ascii_lowercase();
    lower.ends_with(b".example")
        || psl::suffix(lower).is_some_and(|suffix| suffix.is_known() && suffix.as_bytes().len() < lower.len())
}

/// Where the label of a masked link ends and its target starts: each `](`.
pub(super) fn label_ends(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    memchr::memchr_iter(b']', bytes).filter(|at| bytes.get(at + 1) == Some(&b'('))
}

fn not_in_host(c: char) -> bool {
    !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

fn ends_authority(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '/' | '\\'
                | '?'
                | '#'
                | '<'
                | '>'
                | '"'
                | '`'
                | '|'
                | '^'
                | '{'
                | '}'
                | '('
                | ')'
                | ']'
                | '['
                | '\''
                | ','
                | ';'
                | '*'
        )
}

fn trim_host(text: &str, host: &mut Range<usize>) {
    let bytes = text.as_bytes();
    let loose = |byte: u8| matches!(byte, b'.' | b'-' | b'_' | b'!' | b':');
    while host.start < host.end && loose(bytes[host.start]) {
        host.start += 1;
    }
    while host.start < host.end && loose(bytes[host.end - 1]) {
        host.end -= 1;
    }
}

/// The path, query and fragment that start here, without the punctuation of the sentence around them.
fn path_after(text: &str, from: usize) -> Range<usize> {
    let rest = &text[from..];
    if !rest.starts_with(['/', '\\', '?', '#', ':', '.']) {
        return from..from;
    }
    // A target of a masked link ends the label that stands before it.
    let rest = &rest[..label_ends(rest.as_bytes()).next().unwrap_or(rest.len())];
    let mut open = 0_i32;
    let end = rest
        .find(|c: char| {
            open += i32::from(c == '(') - i32::from(c == ')');
            c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`' | '|') || (c == ')' && open < 0)
        })
        .unwrap_or(rest.len());
    let end = rest[..end]
        .trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~', ']'])
        .len();
    from..from + end
}
