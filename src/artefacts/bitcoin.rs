//! Addresses and transaction ids of Bitcoin.
//!
//! Base58check: <https://en.bitcoin.it/wiki/Base58Check_encoding>; bech32 and bech32m: BIP-173 and BIP-350.

use super::Checksum;

/// The human-readable parts of segwit addresses: main, test and regtest network.
const SEGWIT_PARTS: [&str; 3] = ["bc", "tb", "bcrt"];

/// Version bytes of base58check addresses: P2PKH and P2SH, main and test network.
const BASE58_VERSIONS: [u8; 4] = [0x00, 0x05, 0x6f, 0xc4];

/// `Some` when `word` is a Bitcoin address. A wrong checksum is reported only for a segwit prefix: without one,
/// base58 with a wrong checksum is just a word.
pub fn address(word: &str) -> Option<Checksum> {
    if looks_segwit(word) {
        let valid = bech32::segwit::decode(word).is_ok_and(|(part, _, _)| {
            SEGWIT_PARTS
                .iter()
                .any(|known| part.as_str().eq_ignore_ascii_case(known))
        });
        return Some(if valid { Checksum::Valid } else { Checksum::Invalid });
    }
    is_base58check_address(word).then_some(Checksum::Valid)
}

/// Whether `word` is 64 hexadecimal digits and nothing else.
pub fn is_txid(word: &str) -> bool {
    word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The payload of a base58check word (version byte included) in `into`, `None` when the checksum is wrong.
pub(super) fn base58check<'b>(word: &str, into: &'b mut [u8; 128]) -> Option<&'b [u8]> {
    // Four bytes of checksum at the end; 111 characters (an extended key) make 82 bytes.
    if word.len() > 120 {
        return None;
    }
    let length = bs58::decode(word).with_check(None).onto(&mut into[..]).ok()?;
    into.get(..length)
}

fn is_base58check_address(word: &str) -> bool {
    if !(25..=35).contains(&word.len()) {
        return false;
    }
    let mut buffer = [0; 128];
    base58check(word, &mut buffer)
        .is_some_and(|payload| payload.len() == 21 && BASE58_VERSIONS.contains(&payload[0]))
}

/// A known prefix, the separator, and only characters of the bech32 alphabet: long enough not to be a word.
fn looks_segwit(word: &str) -> bool {
    const ALPHABET: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    if !(26..=90).contains(&word.len()) || !word.is_ascii() {
        return false;
    }
    SEGWIT_PARTS.iter().any(|part| {
        word.len() > part.len() + 1
            && word[..part.len()].eq_ignore_ascii_case(part)
            && word.as_bytes()[part.len()] == b'1'
            && word
                .bytes()
                .skip(part.len() + 1)
                .all(|b| ALPHABET.contains(&b.to_ascii_lowercase()))
    })
}
