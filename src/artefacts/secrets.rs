//! Secrets in a text: which kinds there are and where one stands.

use std::ops::Range;

/// What kind of secret was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum SecretKind {
    /// A BIP-39 seed phrase.
    SeedPhrase,
    /// A private key.
    PrivateKey,
}

/// Where in a text a secret stood.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SecretSpan {
    /// What it was.
    pub kind: SecretKind,
    /// Its bytes in the text as given, on character boundaries.
    pub span: Range<usize>,
}
