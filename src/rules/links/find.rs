//! Where links stand in a text. One scanner for the text as written and for its cleaned form; it forgives what clients
//! and browsers forgive: slashes the wrong way round, too many or too few, names before an `@`, percent-encoding.

use std::ops::Range;

use super::How;
use super::suffix::{is_ambiguous, is_top_level};

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
pub(super) const LONGEST_HOST: usize = 260;

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
    let (length, mut how) = scheme(&bytes[from..colon])?;
    let start = colon - length;
    let mut authority = colon + 1;
    while authority < bytes.len() && matches!(bytes[authority], b'/' | b'\\') {
        authority += 1;
    }
    if &bytes[colon + 1..authority] != b"//" {
        how |= How::SLASHES;
    }
    let (end, plain) = end_of_authority(text, authority);
    let mut host = authority..end;
    if !plain {
        let last = |wanted: u8, within: &Range<usize>| {
            let mut within = bytes[within.clone()].iter();
            within.rposition(|byte| *byte == wanted)
        };
        if let Some(sign) = last(b'@', &host) {
            host.start += sign + 1;
            how |= How::USERINFO;
        }
        if let Some(port) = last(b':', &host)
            && bytes[host.start + port + 1..host.end]
                .iter()
                .all(u8::is_ascii_digit)
        {
            host.end = host.start + port;
        }
    }
    trim_host(text, &mut host);
    let written = &text[host.clone()];
    if !plain && written.contains('%') {
        how |= How::ENCODED;
    }
    let numeric = !written.is_empty()
        && (written.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') || written.starts_with("0x"));
    let named = written.bytes().any(|byte| byte == b'.')
        || (!plain && written.contains(['%', '\u{3002}', '\u{ff0e}', '\u{ff61}']));
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

/// How long the scheme is that stands at the end of this, and how it is written.
fn scheme(before: &[u8]) -> Option<(usize, u16)> {
    let secured = usize::from(before.last()?.eq_ignore_ascii_case(&b's'));
    let word = before.get(before.len().checked_sub(4 + secured)?..before.len() - secured)?;
    let how = if word.eq_ignore_ascii_case(b"http") {
        How::SCHEME
    } else if word.eq_ignore_ascii_case(b"hxxp") {
        How::SCHEME | How::DEFANGED
    } else {
        return None;
    };
    Some((4 + secured, how))
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
    if !bytes[start..end].is_ascii() {
        // Letters only: emoji and punctuation beyond ASCII end a host.
        let left = &text[start..dot];
        start += left
            .rfind(not_in_host)
            .map_or(0, |at| at + left[at..].chars().next().map_or(1, char::len_utf8));
        end = dot + text[dot..end].find(not_in_host).unwrap_or(end - dot);
    }
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
    if last.starts_with(|c: char| c.is_ascii_digit()) {
        // No public suffix does; most numbers and versions do.
        return None;
    }
    let path = path_after(text, end);
    let pathless = path.len() <= 1;
    let www = written
        .get(..4)
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case("www."));
    if pathless && !www {
        let mixed_case =
            last.starts_with(|c: char| c.is_ascii_uppercase()) && front.contains(|c: char| c.is_lowercase());
        if mixed_case || is_ambiguous(last) {
            return None;
        }
    }
    if !is_top_level(written) {
        return None;
    }
    Some(Found {
        span: start..path.end.max(host.end),
        host,
        path,
        how: if www { How::WWW } else { How::BARE },
    })
}

/// Where the label of a masked link ends and its target starts: each `](`.
pub(super) fn label_ends(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    memchr::memchr_iter(b']', bytes).filter(|at| bytes.get(at + 1) == Some(&b'('))
}

fn not_in_host(c: char) -> bool {
    !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// Where the host, its user and its port end that start here, and whether it is nothing but letters, digits, dots and hyphens.
fn end_of_authority(text: &str, from: usize) -> (usize, bool) {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let rest = &text.as_bytes()[from..];
    let odd = from + rest.iter().position(|byte| !plain(byte)).unwrap_or(rest.len());
    let end = text[odd..]
        .find(ends_authority)
        .map_or(text.len(), |end| odd + end);
    (end, end == odd)
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
    let bytes = rest.as_bytes();
    let mut open = 0_i32;
    let mut end = 0;
    while let Some(byte) = bytes.get(end) {
        match PATH[usize::from(*byte)] {
            Within::Never => break,
            Within::Opens => open += 1,
            Within::Closes if open == 0 => break,
            Within::Closes => open -= 1,
            // A target of a masked link ends the label that stands before it.
            Within::EndsLabel if bytes.get(end + 1) == Some(&b'(') => break,
            Within::Path | Within::EndsLabel => {}
            Within::BeyondAscii => {
                let c = rest[end..].chars().next().unwrap_or(' ');
                if c.is_whitespace() {
                    break;
                }
                end += c.len_utf8() - 1;
            }
        }
        end += 1;
    }
    let ends_sentence = |byte: &u8| b".,;:!?'*_~]".contains(byte);
    while bytes[..end].last().is_some_and(ends_sentence) {
        end -= 1;
    }
    from..from + end
}

/// What a byte does within a path.
#[derive(Clone, Copy)]
enum Within {
    Path,
    Never,
    Opens,
    Closes,
    EndsLabel,
    BeyondAscii,
}

static PATH: [Within; 256] = within_path();

const fn within_path() -> [Within; 256] {
    let mut table = [Within::Path; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b' ' | b'\t'..=b'\r' | b'<' | b'>' | b'"' | b'`' | b'|' => Within::Never,
            b'(' => Within::Opens,
            b')' => Within::Closes,
            b']' => Within::EndsLabel,
            0x80.. => Within::BeyondAscii,
            _ => Within::Path,
        };
        byte += 1;
    }
    table
}
