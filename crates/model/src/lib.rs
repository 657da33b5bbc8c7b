//! The words everyone shares: entity, reference, relation, filter, problem.
//!
//! No I/O, no clock, no environment: everything here compiles to WebAssembly and means the same in the browser and on
//! the server.

mod account;
pub mod annotation;
mod entity;
mod fields;
mod filter;
mod flatten;
pub mod form;
mod graph;
mod kind;
mod location;
mod problem;
mod reference;
mod relation;
mod summary;
mod title;
mod validate;
mod violation;

pub use self::account::{Account, AccountSession, SIGN_IN, SignIn, sign_in_address};
pub use self::entity::{Entity, Link};
pub use self::fields::{Fields, FieldsError};
pub use self::filter::{Filter, FilterError};
pub use self::flatten::{Leaf, flatten};
pub use self::graph::*;
pub use self::kind::known_kinds;
pub use self::location::{LocationRef, LocationRefError, generated_location_name, location_entity};
pub use self::problem::{Position, Problem, ProblemCode, Severity};
pub use self::reference::{EntityRef, RefError};
pub use self::relation::{Edge, can_say, edges, pointer_of_reference, reverse_of, sort_references};
pub use self::summary::*;
pub use self::title::{kind_icon, kind_title, relation_title, sentence};
pub use self::validate::validate;
pub use self::violation::Violation;
