//! Private keys in one piece: wallet import format and BIP-38, extended keys (BIP-32, SLIP-132), 32 bytes of hexadecimal,
//! Solana key pairs, the bech32 keys of Sui and Nostr, and PEM blocks. Keys that were broken up live in `super::pieces`.

use std::ops::Range;

use super::super::{bitcoin, runs, solana};
use super::context::{self, Reading};
use super::view::View;
use super::{SecretKind, SecretSpan};

/// The shortest key that is told by its own form: 51 characters of WIF. One less leaves room for nothing else.
const SHORTEST_KEY: usize = 50;
/// 32 bytes in base58, which may as well be an address.
const SHORTEST_BASE58: usize = 43;
/// 32 numbers of one digit and 31 commas.
const SHORTEST_ARRAY: usize = 63;

/// Adds the private keys inside `solid`, an unbroken run of visible characters.
pub(super) fn find(view: &View<'_>, solid: Range<usize>, found: &mut Vec<SecretSpan>) {
    if solid.len() < SHORTEST_BASE58 {
        return;
    }
    for run in runs::alphanumeric(&view.bytes()[solid.clone()], SHORTEST_BASE58) {
        let run = solid.start + run.start..solid.start + run.end;
        if let Some((kind, span)) = classify(view, run) {
            found.push(SecretSpan {
                kind,
                span: view.in_source(span),
            });
        }
    }
}

/// Adds the keys that are written as an array of numbers.
pub(super) fn find_arrays(view: &View<'_>, found: &mut Vec<SecretSpan>) {
    let bytes = view.bytes();
    for run in runs::of(bytes, SHORTEST_ARRAY, |b| {
        b.is_ascii_digit() || b == b',' || b.is_ascii_whitespace()
    }) {
        if let Some(span) = key_array(view, run) {
            found.push(SecretSpan {
                kind: SecretKind::SolanaKeypair,
                span: view.in_source(span),
            });
        }
    }
}

/// Adds the private keys in PEM blocks (RFC 7468), with their first and last lines; one that is cut off reaches to the end.
pub(super) fn find_pem(view: &View<'_>, found: &mut Vec<SecretSpan>) {
    const BEGIN: &str = "-----BEGIN ";
    const PRIVATE: &str = "PRIVATE KEY";
    const END: &str = "-----END ";
    let text = view.text(0..view.bytes().len());
    let mut from = 0;
    while let Some(start) = text[from..].find(BEGIN).map(|at| from + at) {
        let label = start + BEGIN.len();
        from = label;
        // "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK".
        let Some(dashes) = text[label..].find("-----").filter(|&length| length <= 40) else {
            continue;
        };
        if !text[label..label + dashes].contains(PRIVATE) {
            continue;
        }
        let body = label + dashes + 5;
        let end = text[body..].find(END).map_or(text.len(), |at| {
            let line = body + at + END.len();
            text[line..]
                .find("-----")
                .filter(|&length| length <= 40)
                .map_or(line, |at| line + at + 5)
        });
        from = end;
        found.push(SecretSpan {
            kind: SecretKind::PemKey,
            span: view.in_source(start..end),
        });
    }
}

fn classify(view: &View<'_>, run: Range<usize>) -> Option<(SecretKind, Range<usize>)> {
    let word = view.text(run.clone());
    if word.len() < SHORTEST_KEY {
        let is_key = solana::is_address(word) && context::is_called_private(view.bytes(), run.start);
        return is_key.then_some((SecretKind::SolanaKeypair, run));
    }
    if let Some(kind) = hex_key(view, &run, word) {
        return Some((kind, run));
    }
    if let Some(key) = extended_key(word) {
        return Some((
            SecretKind::ExtendedKey,
            run.start + key.start..run.start + key.end,
        ));
    }
    if is_wif(word) {
        return Some((SecretKind::Wif, run));
    }
    if solana::is_keypair_word(word) {
        return Some((SecretKind::SolanaKeypair, run));
    }
    if is_bech32_key(word) {
        return Some((SecretKind::Bech32Key, run));
    }
    None
}

/// 64 digits of hexadecimal are a key until the context calls them public; behind `0x`, or when there are 128 (a BIP-39
/// seed, but also a signature), only when the context calls them secret. 128 digits whose second half is the public key
/// of the first are an ed25519 key pair, whatever the context.
fn hex_key(view: &View<'_>, run: &Range<usize>, word: &str) -> Option<SecretKind> {
    let digits = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X"));
    let bare = digits.is_none();
    let digits = digits.unwrap_or(word);
    if !matches!(digits.len(), 64 | 128) || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    if digits.len() == 128 && is_keypair_in_hex(digits) {
        return Some(SecretKind::SolanaKeypair);
    }
    let is_key = match context::around(view, run.clone()) {
        Reading::Secret => true,
        Reading::Public => false,
        Reading::Silent => bare && digits.len() == 64 && !is_in_link(view.bytes(), run.start),
    };
    is_key.then_some(SecretKind::EvmKey)
}

fn is_keypair_in_hex(digits: &str) -> bool {
    let mut bytes = [0_u8; 64];
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks(2)) {
        let value = std::str::from_utf8(pair)
            .ok()
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        let Some(value) = value else { return false };
        *byte = value;
    }
    solana::is_keypair(&bytes)
}

/// Whether the characters before `at`, back to a blank, hold a scheme: a key is not part of an address.
pub(super) fn is_in_link(bytes: &[u8], at: usize) -> bool {
    let start = bytes[..at]
        .iter()
        .rposition(u8::is_ascii_whitespace)
        .map_or(0, |n| n + 1);
    bytes[start..at].windows(3).any(|w| w == b"://")
}

/// `xprv` and its relatives for other address types and the test network. A wrong checksum does not save it: a key
/// with one letter mistyped is still nearly the key.
pub(super) fn extended_key(word: &str) -> Option<Range<usize>> {
    const LENGTH: usize = 111;
    let at = word.find("prv")?.checked_sub(1)?;
    let prefixed = matches!(
        word.as_bytes()[at],
        b'x' | b'y' | b'z' | b'Y' | b'Z' | b't' | b'u' | b'v' | b'U' | b'V'
    );
    let end = (at + LENGTH).min(word.len());
    let is_base58 = word[at..end]
        .bytes()
        .all(|b| !matches!(b, b'0' | b'O' | b'I' | b'l'));
    (prefixed && is_base58 && end - at >= LENGTH - 4).then_some(at..end)
}

/// A version byte, 32 bytes of key and, when the public key is compressed, a 1; or the 39 bytes of BIP-38.
pub(super) fn is_wif(word: &str) -> bool {
    if !matches!(word.len(), 51 | 52 | 58) {
        return false;
    }
    let mut buffer = [0; 128];
    let Some(payload) = bitcoin::base58check(word, &mut buffer) else {
        return false;
    };
    match payload.len() {
        33 => payload[0] >= 0x80,
        34 => payload[0] >= 0x80 && payload[33] == 1,
        39 => payload[0] == 1 && matches!(payload[1], 0x42 | 0x43),
        _ => false,
    }
}

/// `suiprivkey1…` and `nsec1…` with a right checksum.
fn is_bech32_key(word: &str) -> bool {
    ["suiprivkey1", "nsec1", "SUIPRIVKEY1", "NSEC1"]
        .iter()
        .any(|prefix| word.starts_with(prefix))
        && bech32::decode(word).is_ok()
}

/// 64 numbers below 256: a Solana key pair as its command line writes it. The second half must be the first half's
/// public key, or the context must not call it a signature. 32 numbers are a key only where the context says so.
fn key_array(view: &View<'_>, run: Range<usize>) -> Option<Range<usize>> {
    let bytes = view.bytes();
    let mut numbers = [0_u8; 64];
    let mut count = 0;
    let (mut start, mut end) = (None, run.start);
    let mut at = run.start;
    while at < run.end {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let digits = bytes[at..run.end]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        let value = std::str::from_utf8(&bytes[at..at + digits])
            .ok()?
            .parse::<u8>()
            .ok()?;
        *numbers.get_mut(count)? = value;
        count += 1;
        start.get_or_insert(at);
        at += digits;
        end = at;
    }
    let span = start?..end;
    let is_secret = match count {
        64 => solana::is_keypair(&numbers) || context::around(view, span.clone()) != Reading::Public,
        32 => context::around(view, span.clone()) == Reading::Secret,
        _ => false,
    };
    is_secret.then_some(span)
}
