//! What the words around a key-like string say about it: 64 hexadecimal digits are a private key or a transaction
//! hash, and nothing but the neighbourhood can tell.

use std::ops::Range;

/// How far back the neighbourhood reaches, in bytes.
const BEFORE: usize = 80;
/// How far ahead.
const AFTER: usize = 48;

/// What the nearest telling word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// "private key", "pk", "secret".
    Secret,
    /// "tx", "hash", "block", an explorer's link.
    Public,
    /// Nothing tells.
    Silent,
}

/// Words that make what follows a secret; each must stand alone or, marked `true`, may be part of a longer word.
const SECRET: [(&[u8], bool); 14] = [
    (b"private", true),
    (b"privkey", true),
    (b"priv", false),
    (b"pk", false),
    (b"sk", false),
    (b"pvt", true),
    (b"secret", true),
    (b"seed", true),
    (b"mnemonic", true),
    (b"keystore", true),
    (b"key", false),
    (b"keys", false),
    (b"pkey", false),
    (b"import", false),
];

/// Words that make it public.
const PUBLIC: [(&[u8], bool); 33] = [
    (b"tx", false),
    (b"txn", false),
    (b"txs", false),
    (b"txns", false),
    (b"txid", true),
    (b"txhash", true),
    (b"transaction", true),
    (b"hash", true),
    (b"block", true),
    (b"sha256", true),
    (b"sha", false),
    (b"keccak", true),
    (b"checksum", true),
    (b"digest", true),
    (b"commit", true),
    (b"merkle", true),
    (b"root", false),
    (b"topic", true),
    (b"proof", true),
    (b"signature", true),
    (b"sig", false),
    (b"public", true),
    (b"public key", true),
    (b"publickey", true),
    (b"pubkey", true),
    (b"pub key", true),
    (b"address", true),
    (b"explorer", true),
    (b"scan", true),
    (b"image", true),
    (b"token id", true),
    (b"order", true),
    (b"uid", false),
];

/// Words that make a run of list words a seed phrase even when its checksum is wrong.
const SEED: [&[u8]; 12] = [
    b"seed",
    b"recovery",
    b"mnemonic",
    b"passphrase",
    b"pass phrase",
    b"secret phrase",
    b"backup phrase",
    b"srp",
    b"my phrase",
    b"12 word",
    b"24 word",
    b"wallet",
];

/// What the text around `at` says: the nearest telling word before it decides, else the nearest one behind it.
pub(super) fn around(bytes: &[u8], at: Range<usize>) -> Reading {
    let before = &bytes[at.start.saturating_sub(BEFORE)..at.start];
    let after = &bytes[at.end..bytes.len().min(at.end + AFTER)];
    let secret = last_of(before, &SECRET);
    let public = last_of(before, &PUBLIC);
    if secret.is_some() || public.is_some() {
        return if secret > public {
            Reading::Secret
        } else {
            Reading::Public
        };
    }
    let secret = first_of(after, &SECRET);
    let public = first_of(after, &PUBLIC);
    match (secret, public) {
        (None, None) => Reading::Silent,
        (Some(secret), Some(public)) if public <= secret => Reading::Public,
        (None, Some(_)) => Reading::Public,
        (Some(_), _) => Reading::Secret,
    }
}

/// Whether a text speaks of seed phrases at all.
pub(super) fn speaks_of_seeds(bytes: &[u8]) -> bool {
    SEED.iter().any(|word| position(bytes, word, true).is_some())
}

/// Where the last telling word ends; of two that end together ("key" in "public key") the longer one counts.
fn last_of(bytes: &[u8], words: &[(&[u8], bool)]) -> Option<(usize, usize)> {
    words
        .iter()
        .filter_map(|&(word, part)| {
            (0..bytes.len())
                .rev()
                .find(|&at| stands_at(bytes, at, word, part))
                .map(|at| (at + word.len(), word.len()))
        })
        .max()
}

/// Where the first telling word starts.
fn first_of(bytes: &[u8], words: &[(&[u8], bool)]) -> Option<usize> {
    words
        .iter()
        .filter_map(|&(word, part)| position(bytes, word, part))
        .min()
}

fn position(bytes: &[u8], word: &[u8], part: bool) -> Option<usize> {
    (0..bytes.len()).find(|&at| stands_at(bytes, at, word, part))
}

fn stands_at(bytes: &[u8], at: usize, word: &[u8], part_of_word: bool) -> bool {
    let Some(here) = bytes.get(at..at + word.len()) else {
        return false;
    };
    here.eq_ignore_ascii_case(word)
        && (part_of_word || (!is_letter(bytes, at.wrapping_sub(1)) && !is_letter(bytes, at + word.len())))
}

fn is_letter(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(u8::is_ascii_alphanumeric)
}
