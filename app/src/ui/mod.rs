//! The design system: small components that take plain values and know nothing about the catalog.
//!
//! Their looks lie in `style/components.css` and `style/lists.css`, one block per component. Nothing is said by colour
//! alone: each state has words or a shape as well.

mod badge;
mod button;
mod card;
mod code_block;
mod empty_state;
mod error_state;
mod facets;
mod icon;
mod loaded;
mod pagination;
mod prose;
mod search_field;
mod table;
mod theme;
mod time;

pub(crate) use badge::kind_icon;
pub use badge::{Badge, KindBadge, SeverityBadge, Tag, Tone};
pub use button::CopyButton;
pub use card::Card;
pub use code_block::{CodeBlock, OffendingLine};
pub use empty_state::EmptyState;
pub use error_state::ErrorState;
pub use facets::{Chips, Choice, FacetGroup};
pub use icon::Icon;
pub(crate) use loaded::Loaded;
pub use pagination::Pagination;
pub use prose::Prose;
pub(crate) use search_field::SearchField;
pub use table::{SortableHeader, Sorting};
pub(crate) use theme::{Theme, ThemeSwitch};
pub use time::{Age, Moment};
