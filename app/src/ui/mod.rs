//! The design system: small components that take plain values and know nothing about the catalog.
//!
//! Their looks lie in `style/components.css` and `style/lists.css`, one block per component. Nothing is said by colour
//! alone: each state has words or a shape as well.

mod badge;
mod breadcrumbs;
mod button;
mod card;
mod code_block;
mod combobox;
mod dialog;
mod empty_state;
mod error_state;
mod facets;
mod field;
#[cfg(feature = "ssr")]
pub mod form;
mod html;
mod icon;
mod loaded;
mod menu;
mod pagination;
mod progress;
mod prose;
mod search_field;
mod skeleton;
mod table;
mod tabs;
mod theme;
mod time;
mod timeline;
mod toast;
mod tooltip;
mod tree;

pub use badge::{Badge, KindBadge, SeverityBadge, Tag, Tone};
pub use breadcrumbs::Breadcrumbs;
pub use button::{Button, ButtonKind, CopyButton};
pub use card::Card;
#[cfg(feature = "ssr")]
pub use code_block::SourceText;
pub use code_block::{CodeBlock, OffendingLine};
pub use combobox::{Combobox, Suggestion};
pub use dialog::{Dialog, Drawer};
pub use empty_state::EmptyState;
pub use error_state::ErrorState;
pub use facets::{Chips, Choice, FacetGroup, FilterPanel};
pub use field::{Field, Select};
#[cfg(feature = "ssr")]
pub(crate) use html::area_text;
pub(crate) use html::{escaped, server_html, server_page};
pub use icon::Icon;
pub(crate) use loaded::Loaded;
pub use menu::{Menu, MenuAction, MenuLink};
pub(crate) use model::kind_icon;
pub use pagination::Pagination;
pub use progress::Progress;
pub use prose::Prose;
pub(crate) use search_field::SearchField;
pub use skeleton::Skeleton;
pub use table::{SortableHeader, Sorting};
pub use tabs::{Tab, Tabs};
pub(crate) use theme::{Theme, ThemeSwitch};
pub use time::{Age, Moment};
pub use timeline::{Timeline, TimelineStep};
#[cfg(feature = "hydrate")]
pub(crate) use toast::REGION as TOASTS;
pub use toast::{ToastRegion, Toasts};
pub use tooltip::Tooltip;
pub use tree::{Tree, TreeItem};
