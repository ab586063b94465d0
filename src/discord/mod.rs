//! The only place that names serenity or poise: Discord is translated once on the way in and performed in one place on
//! the way out.

pub mod component_id;
pub mod words;
