//! What the words around a key-like string say about it: 64 hexadecimal digits are a private key or a transaction
//! hash, and nothing but the neighbourhood can tell.

use std::ops::Range;

use super::view::View;

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
const SECRET: [(&[u8], bool); 21] = [
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
    (b"privad", true),
    (b"privee", true),
    (b"chiave", true),
    (b"clave", true),
    (b"chave", true),
    (b"anahtar", true),
    (b"kunci", true),
];

/// The same in scripts that a view does not keep.
const SECRET_ELSEWHERE: [&str; 8] = [
    "приват",
    "закрытый ключ",
    "секретн",
    "私钥",
    "私鑰",
    "秘密鍵",
    "개인키",
    "비밀키",
];
const PUBLIC_ELSEWHERE: [&str; 9] = [
    "транзакц",
    "хеш",
    "хэш",
    "交易",
    "哈希",
    "區塊",
    "区块",
    "トランザクション",
    "거래",
];

/// How far the neighbourhood reaches in a text of another script, in bytes.
const ELSEWHERE: usize = 120;

/// Words around an exchange's key that say what it is.
const API: [&[u8]; 16] = [
    b"api key",
    b"api-key",
    b"api_key",
    b"apikey",
    b"api secret",
    b"api-secret",
    b"api_secret",
    b"apisecret",
    b"secret key",
    b"secret_key",
    b"secretkey",
    b"private key",
    b"private_key",
    b"api private",
    b"api token",
    b"access key",
];
/// Words right before 32 bytes in base58 that make them a key and no address.
const KEY_RIGHT_BEFORE: [&[u8]; 6] = [
    b"private key",
    b"private_key",
    b"privatekey",
    b"privkey",
    b"secret key",
    b"secret_key",
];
/// How far before its value such a name stands, in bytes: "private key is: ".
const RIGHT_BEFORE: usize = 24;

/// Words that call a private key by its name: whatever else the text speaks of, what follows is taken for one.
const NAMED: [(&[u8], bool); 9] = [
    (b"private key", true),
    (b"private_key", true),
    (b"privatekey", true),
    (b"private keys", true),
    (b"privkey", true),
    (b"priv key", true),
    (b"secret key", true),
    (b"secret_key", true),
    (b"pk", false),
];
/// Words that, right before a string, say that it is no key although one was named earlier.
const HASH_RIGHT_BEFORE: [(&[u8], bool); 9] = [
    (b"tx", false),
    (b"txn", false),
    (b"txid", true),
    (b"hash", true),
    (b"public key", true),
    (b"publickey", true),
    (b"pubkey", true),
    (b"signature", true),
    (b"checksum", true),
];
/// Between a word right before a string and the string stand so many bytes at most: ": ", " is ", " = 0x".
const TOUCHING: usize = 6;

/// Words that make it public.
const PUBLIC: [(&[u8], bool); 49] = [
    (b"tx", false),
    (b"txn", false),
    (b"txs", false),
    (b"txns", false),
    (b"txid", true),
    (b"txhash", true),
    (b"transaction", true),
    (b"hash", true),
    (b"block", false),
    (b"blocks", false),
    (b"blockhash", true),
    (b"blockchain", true),
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
    (b"scan", false),
    (b"scan.", true),
    (b"etherscan", true),
    (b"bscscan", true),
    (b"polygonscan", true),
    (b"image", false),
    (b"images", false),
    (b"token id", true),
    (b"order", false),
    (b"orderid", true),
    (b"uid", false),
    (b"withdrawal", true),
    (b"deposit", true),
    (b"payment", true),
    (b"transfer", true),
    (b"pending", false),
    (b"confirmed", false),
    (b"confirmation", true),
];

/// Words that make a run of list words a seed phrase even when its checksum is wrong.
const SEED: [&[u8]; 17] = [
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
    b"semilla",
    b"semente",
    b"recupera",
    b"mnemo",
    b"frase",
];

/// The same in scripts that a view does not keep.
const SEED_ELSEWHERE: [&str; 9] = [
    "助记词",
    "助記詞",
    "种子",
    "ニーモニック",
    "シードフレーズ",
    "リカバリー",
    "니모닉",
    "시드",
    "복구",
];

/// What the text around `at` says: a private key called by its name before it, else the nearest telling word before it, else the
/// nearest one behind it.
pub(super) fn around(view: &View<'_>, at: Range<usize>) -> Reading {
    let reading = around_in(view.bytes(), at.clone());
    if reading == Reading::Silent && !view.source().is_ascii() {
        let near = neighbourhood(view.source(), &view.in_source(at));
        let speaks_of = |words: &[&str]| {
            words
                .iter()
                .any(|word| near.iter().any(|side| side.contains(word)))
        };
        if speaks_of(&SECRET_ELSEWHERE) {
            return Reading::Secret;
        }
        if speaks_of(&PUBLIC_ELSEWHERE) {
            return Reading::Public;
        }
    }
    reading
}

/// The text before and behind a span, in lower case.
fn neighbourhood(source: &str, span: &Range<usize>) -> [String; 2] {
    let from = source.floor_char_boundary(span.start.saturating_sub(ELSEWHERE));
    let to = source.ceil_char_boundary((span.end + ELSEWHERE).min(source.len()));
    [&source[from..span.start], &source[span.end..to]].map(str::to_lowercase)
}

/// Whether the text around `at` speaks of the key to a program's door at an exchange.
pub(super) fn speaks_of_api_keys(bytes: &[u8], at: Range<usize>) -> bool {
    let before = &bytes[at.start.saturating_sub(BEFORE)..at.start];
    let after = &bytes[at.end..bytes.len().min(at.end + AFTER)];
    API.iter().any(|word| {
        [before, after]
            .iter()
            .any(|side| position(side, word, true).is_some())
    })
}

/// Whether the words right before `at` call what follows a key to such a door.
pub(super) fn is_called_a_key(bytes: &[u8], at: usize) -> bool {
    let before = &bytes[at.saturating_sub(RIGHT_BEFORE)..at];
    API.iter().any(|word| position(before, word, true).is_some())
        && !is_right_before(before, &HASH_RIGHT_BEFORE)
}

/// Whether the words right before `at` call what follows a private key.
pub(super) fn is_called_private(bytes: &[u8], at: usize) -> bool {
    let before = &bytes[at.saturating_sub(RIGHT_BEFORE)..at];
    KEY_RIGHT_BEFORE
        .iter()
        .any(|word| position(before, word, true).is_some())
}

/// Whether a text speaks of seed phrases, in its own script.
pub(super) fn speaks_of_seeds_in(text: &str) -> bool {
    SEED_ELSEWHERE.iter().any(|word| text.contains(word)) || speaks_of_seeds(text.as_bytes())
}

fn around_in(bytes: &[u8], at: Range<usize>) -> Reading {
    let before = &bytes[at.start.saturating_sub(BEFORE)..at.start];
    let after = &bytes[at.end..bytes.len().min(at.end + AFTER)];
    if last_of(before, &NAMED).is_some() && !is_right_before(before, &HASH_RIGHT_BEFORE) {
        return Reading::Secret;
    }
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

/// Whether one of these words ends right before the end of `before`.
fn is_right_before(before: &[u8], words: &[(&[u8], bool)]) -> bool {
    last_of(before, words).is_some_and(|(end, _)| before.len() - end <= TOUCHING)
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
