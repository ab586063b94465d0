//! Addresses, signatures and key pairs of Solana: base58 without a checksum.
//!
//! A private key and a signature are both 64 bytes. They are told apart by arithmetic: the second half of a key
//! pair is the public key of its first half (RFC 8032), which happens to a signature once in 2^256.

use ed25519_dalek::SigningKey;

/// Whether `word` is 32 bytes in base58 and does not look like a word of a language.
pub fn is_address(word: &str) -> bool {
    // 32 zero bytes are written as 32 ones: the system program.
    let mixed = word.bytes().any(|b| b.is_ascii_digit())
        && word.bytes().any(|b| b.is_ascii_uppercase())
        && word.bytes().any(|b| b.is_ascii_lowercase());
    (32..=44).contains(&word.len())
        && (mixed || word.bytes().all(|b| b == b'1'))
        && decode::<32>(word).is_some()
}

/// Whether `word` is 64 bytes in base58 and no key pair.
pub fn is_signature(word: &str) -> bool {
    decode_64(word).is_some_and(|bytes| !is_keypair(&bytes))
}

/// Whether `word` is a key pair in base58, the form in which wallets export it.
pub(super) fn is_keypair_word(word: &str) -> bool {
    decode_64(word).is_some_and(|bytes| is_keypair(&bytes))
}

/// Whether the last 32 bytes are the public key of the first 32.
pub(super) fn is_keypair(bytes: &[u8; 64]) -> bool {
    let mut seed = [0; 32];
    seed.copy_from_slice(&bytes[..32]);
    SigningKey::from_bytes(&seed).verifying_key().as_bytes() == &bytes[32..]
}

fn decode_64(word: &str) -> Option<[u8; 64]> {
    if (64..=88).contains(&word.len()) {
        decode::<64>(word)
    } else {
        None
    }
}

fn decode<const N: usize>(word: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let length = bs58::decode(word).onto(&mut bytes[..]).ok()?;
    (length == N).then_some(bytes)
}
