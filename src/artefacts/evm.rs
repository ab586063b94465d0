//! Addresses and hashes of Ethereum and the chains that share its formats.
//!
//! The mixed-case checksum is EIP-55: <https://eips.ethereum.org/EIPS/eip-55>.

use super::Checksum;
use sha3::{Digest, Keccak256};

/// `Some` when `word` is `0x` and 40 hexadecimal digits; the checksum is absent when all letters have one case.
pub fn address(word: &str) -> Option<Checksum> {
    let digits = hex_digits(word, 40)?;
    let has_upper = digits.bytes().any(|b| b.is_ascii_uppercase());
    let has_lower = digits.bytes().any(|b| b.is_ascii_lowercase());
    Some(match (has_upper, has_lower) {
        (true, true) if matches_eip55(digits) => Checksum::Valid,
        (true, true) => Checksum::Invalid,
        _ => Checksum::Absent,
    })
}

/// Whether `word` is `0x` and 64 hexadecimal digits.
pub fn is_hash(word: &str) -> bool {
    hex_digits(word, 64).is_some()
}

/// The address in the case that EIP-55 gives it, `None` when `word` is no address.
pub fn checksummed(word: &str) -> Option<String> {
    let digits = hex_digits(word, 40)?.to_ascii_lowercase();
    let hash = Keccak256::digest(digits.as_bytes());
    let cased = digits.bytes().enumerate().map(|(at, digit)| {
        if wants_upper(&hash, at) {
            digit.to_ascii_uppercase() as char
        } else {
            digit as char
        }
    });
    Some("0x".chars().chain(cased).collect())
}

/// Whether `shown` could be taken for `known` by someone who reads only the ends, though it is another address:
/// the mark of address poisoning. Both must be EVM addresses; the first and last four digits must agree.
pub fn imitates(shown: &str, known: &str) -> bool {
    let (Some(shown), Some(known)) = (hex_digits(shown, 40), hex_digits(known, 40)) else {
        return false;
    };
    !shown.eq_ignore_ascii_case(known)
        && shown[..4].eq_ignore_ascii_case(&known[..4])
        && shown[36..].eq_ignore_ascii_case(&known[36..])
}

fn matches_eip55(digits: &str) -> bool {
    let mut lower = [0_u8; 40];
    lower.copy_from_slice(digits.as_bytes());
    lower.make_ascii_lowercase();
    let hash = Keccak256::digest(lower);
    digits
        .bytes()
        .enumerate()
        .all(|(at, b)| !b.is_ascii_alphabetic() || b.is_ascii_uppercase() == wants_upper(&hash, at))
}

/// EIP-55: a letter is upper case when the nibble of the hash at its position is 8 or more.
fn wants_upper(hash: &[u8], at: usize) -> bool {
    let nibble = if at.is_multiple_of(2) {
        hash[at / 2] >> 4
    } else {
        hash[at / 2] & 0xf
    };
    nibble >= 8
}

/// The digits behind `0x`, when there are exactly `count` of them.
fn hex_digits(word: &str, count: usize) -> Option<&str> {
    let digits = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X"))?;
    (digits.len() == count && digits.bytes().all(|b| b.is_ascii_hexdigit())).then_some(digits)
}
