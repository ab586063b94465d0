//! From a verdict to a case: what the policy asks for, how it is carried out, and how moderators review it.

pub mod policy;
