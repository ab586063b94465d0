//! From a verdict to a case: who wrote it, what the policy says, how that is carried out, which cases are one campaign, and
//! what moderators may do about it afterwards.
//!
//! Everything here is a decision over values: `now` is an argument and nothing is sent. [`open::open_case`] alone
//! touches the store, and it only hands it the decision. What a scam looks like is the business of `rules`; requests
//! and words live in `discord`.

pub mod breaker;
pub mod campaign;
pub mod copies;
pub mod draft_rule;
pub mod fingerprint;
pub mod impostors;
pub mod open;
pub mod overlay;
pub mod picture;
pub mod plan;
pub mod policy;
mod policy_file;
pub mod quoting;
pub mod report;
pub mod returning;
pub mod review;
pub mod softening;
pub mod standing;
pub mod window;

pub use open::{Court, open_case};
pub use policy::{Circumstances, Decision, Policy};
pub use policy_file::{PolicyError, PolicyErrors};
pub use review::{Press, Refused, review};
pub use softening::{Softened, Softening};
pub use standing::{Standing, Who};
