//! Links to block explorers. A link is made only from an `Artefact` kind and a value that passes its own form
//! check, so no text of a member can reach the link's host or path.

use super::{ArtefactKind, classify};

/// Where an EVM artefact is looked up; the same address exists on all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum EvmChain {
    /// Ethereum main network.
    #[default]
    Ethereum,
    /// Arbitrum One.
    Arbitrum,
    /// Base.
    Base,
    /// BNB Smart Chain.
    Bnb,
    /// OP Mainnet.
    Optimism,
    /// Polygon proof of stake.
    Polygon,
    /// Avalanche C-Chain.
    Avalanche,
}

impl EvmChain {
    fn explorer(self) -> &'static str {
        match self {
            Self::Ethereum => "etherscan.io",
            Self::Arbitrum => "arbiscan.io",
            Self::Base => "basescan.org",
            Self::Bnb => "bscscan.com",
            Self::Optimism => "optimistic.etherscan.io",
            Self::Polygon => "polygonscan.com",
            Self::Avalanche => "snowtrace.io",
        }
    }
}

/// Hosts that [`link`] may lead to, and the other explorers people commonly paste.
const HOSTS: [&str; 20] = [
    "etherscan.io",
    "arbiscan.io",
    "basescan.org",
    "bscscan.com",
    "polygonscan.com",
    "snowtrace.io",
    "snowscan.xyz",
    "ftmscan.com",
    "blockscout.com",
    "blockchain.com",
    "blockchair.com",
    "blockstream.info",
    "mempool.space",
    "btcscan.org",
    "solscan.io",
    "solana.fm",
    "explorer.solana.com",
    "tronscan.org",
    "lineascan.build",
    "ethplorer.io",
];

/// A link to `value` at a public explorer; `None` when `value` is not well formed as `kind`.
///
/// `chain` matters for EVM artefacts only.
pub fn link(kind: ArtefactKind, value: &str, chain: EvmChain) -> Option<String> {
    // A hash may be written with or without being classified first; anything else must classify as itself.
    let (actual, _) = classify(value)?;
    if actual != kind {
        return None;
    }
    let host = chain.explorer();
    Some(match kind {
        ArtefactKind::EvmAddress => format!("https://{host}/address/{value}"),
        ArtefactKind::EvmHash => format!("https://{host}/tx/{value}"),
        ArtefactKind::BitcoinAddress => format!("https://mempool.space/address/{value}"),
        ArtefactKind::BitcoinTxid => format!("https://mempool.space/tx/{value}"),
        ArtefactKind::SolanaAddress => format!("https://explorer.solana.com/address/{value}"),
        ArtefactKind::SolanaSignature => format!("https://explorer.solana.com/tx/{value}"),
    })
}

/// Whether `host` (lower case) is a known block explorer or one of its subdomains.
pub fn is_explorer_host(host: &str) -> bool {
    HOSTS.iter().any(|known| {
        host.strip_suffix(known)
            .is_some_and(|prefix| prefix.is_empty() || prefix.ends_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_made_only_from_a_well_formed_value() {
        let address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        assert_eq!(
            link(ArtefactKind::EvmAddress, address, EvmChain::Base).unwrap(),
            format!("https://basescan.org/address/{address}")
        );
        assert_eq!(
            link(ArtefactKind::EvmAddress, "0x12/../evil", EvmChain::Base),
            None
        );
        assert_eq!(link(ArtefactKind::EvmHash, address, EvmChain::Base), None);
    }

    #[test]
    fn an_explorer_is_known_by_whole_labels() {
        assert!(is_explorer_host("etherscan.io"));
        assert!(is_explorer_host("sepolia.etherscan.io"));
        assert!(!is_explorer_host("notetherscan.io"));
        assert!(!is_explorer_host("etherscan.io.evil.example"));
    }
}
