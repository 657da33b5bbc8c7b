//! What the model promises, through its public face only.

mod entity;
mod fields;
mod filter;
mod flatten;
mod location;
mod reference;
mod relation;
mod strategy;
mod summary;
mod validate;
