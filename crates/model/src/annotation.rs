//! Names of well-known annotations.

/// The file that held the entity, as a location reference.
pub const MANAGED_BY_LOCATION: &str = "backstage.io/managed-by-location";
/// The registered location that led to the entity.
pub const MANAGED_BY_ORIGIN_LOCATION: &str = "backstage.io/managed-by-origin-location";
/// `"true"` on an entity that no file describes any more.
pub const ORPHAN: &str = "backstage.io/orphan";
/// Where the source code lives.
pub const SOURCE_LOCATION: &str = "backstage.io/source-location";
/// Where to read the descriptor file.
pub const VIEW_URL: &str = "backstage.io/view-url";
/// Where to edit the descriptor file.
pub const EDIT_URL: &str = "backstage.io/edit-url";
/// Where the documentation source lives.
pub const TECHDOCS_REF: &str = "backstage.io/techdocs-ref";
