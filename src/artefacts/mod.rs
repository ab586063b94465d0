//! Chain artefacts: addresses, transaction hashes and signatures found in free text, checked and linked to
//! explorers; and, in [`secrets`], what must never be kept: seed phrases and private keys.
//!
//! Everything here is a pure function over text. Nothing here knows Discord, rules, tickets or the network: whether
//! an address *exists* on a chain is not asked, only whether it is well formed.
//!
//! ```
//! use nightdesk::artefacts::{self, ArtefactKind, Checksum};
//!
//! let found = artefacts::find_all("sent to 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed yesterday");
//! assert_eq!(found[0].kind, ArtefactKind::EvmAddress);
//! assert_eq!(found[0].checksum, Checksum::Valid);
//! ```

pub mod bitcoin;
pub mod evm;
pub mod explorers;
pub mod secrets;
pub mod solana;

mod runs;

use std::ops::Range;

/// What an [`Artefact`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ArtefactKind {
    /// `0x` and 40 hexadecimal digits.
    EvmAddress,
    /// `0x` and 64 hexadecimal digits: a transaction or block hash.
    EvmHash,
    /// A base58check, bech32 or bech32m address of the main, test or regtest network.
    BitcoinAddress,
    /// 64 hexadecimal digits without `0x` that the text around calls a transaction.
    BitcoinTxid,
    /// 32 bytes in base58: an account, a mint or a program.
    SolanaAddress,
    /// 64 bytes in base58 that are not a key pair: a transaction.
    SolanaSignature,
}

impl ArtefactKind {
    /// A stable name for storage and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::EvmAddress => "evm_address",
            Self::EvmHash => "evm_hash",
            Self::BitcoinAddress => "bitcoin_address",
            Self::BitcoinTxid => "bitcoin_txid",
            Self::SolanaAddress => "solana_address",
            Self::SolanaSignature => "solana_signature",
        }
    }
}

/// What the checksum inside an artefact says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Checksum {
    /// The artefact carries a checksum and it is right.
    Valid,
    /// It carries one and it is wrong: a digit was mistyped or swapped.
    Invalid,
    /// It carries none (an all-lower-case EVM address, a hash).
    Absent,
}

/// One address, hash or signature found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artefact {
    /// What it is.
    pub kind: ArtefactKind,
    /// It, as written.
    pub value: String,
    /// Where it stands, in bytes of the text that was searched.
    pub span: Range<usize>,
    /// What its own checksum says.
    pub checksum: Checksum,
}

/// Finds every artefact of `text`, in order of appearance. What [`secrets::find`] calls a secret is never returned.
///
/// A bitcoin address with a wrong checksum is returned only where it is unmistakable (a bech32 prefix): a random
/// word of base58 is not worth a warning.
pub fn find_all(text: &str) -> Vec<Artefact> {
    let mut found = Vec::new();
    let secrets = secrets::find(text);
    for span in runs::alphanumeric(text.as_bytes(), runs::SHORTEST_ARTEFACT) {
        if secrets
            .iter()
            .any(|secret| secret.span.start < span.end && span.start < secret.span.end)
        {
            continue;
        }
        let word = &text[span.clone()];
        if let Some((kind, checksum)) = classify(word) {
            found.push(Artefact {
                kind,
                value: word.to_owned(),
                span,
                checksum,
            });
        }
    }
    found
}

/// What one unbroken run of letters and digits is, if it is an artefact at all.
///
/// A bare run of 64 hexadecimal digits is taken for a transaction id: ask [`secrets::find`] first, which reads the
/// words around it.
pub fn classify(word: &str) -> Option<(ArtefactKind, Checksum)> {
    if let Some(checksum) = evm::address(word) {
        return Some((ArtefactKind::EvmAddress, checksum));
    }
    if evm::is_hash(word) {
        return Some((ArtefactKind::EvmHash, Checksum::Absent));
    }
    if bitcoin::is_txid(word) {
        return Some((ArtefactKind::BitcoinTxid, Checksum::Absent));
    }
    if let Some(checksum) = bitcoin::address(word) {
        return Some((ArtefactKind::BitcoinAddress, checksum));
    }
    if solana::is_signature(word) {
        return Some((ArtefactKind::SolanaSignature, Checksum::Absent));
    }
    solana::is_address(word).then_some((ArtefactKind::SolanaAddress, Checksum::Absent))
}

#[cfg(test)]
mod tests;
