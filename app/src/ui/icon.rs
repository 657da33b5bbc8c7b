//! Icons from the sprite `public/icons.svg`. They decorate: the words beside them say what they mean.

use leptos::prelude::*;

/// The sprite as it was when this was compiled, told by a number. Browsers may keep what has one for ever.
const SPRITE: u32 = fingerprint(include_bytes!("../../../public/icons.svg"));

/// FNV-1a (draft-eastlake-fnv): tells one content from another, and no more.
const fn fingerprint(bytes: &[u8]) -> u32 {
    let (mut hash, mut at) = (0x811c_9dc5_u32, 0);
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    hash
}

/// The icon with this id in the sprite, in the colour of the text around it.
#[component]
pub fn Icon(
    /// Id of a symbol in the sprite.
    #[prop(into)]
    name: String,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true" focusable="false">
            <use href=format!("/icons.svg?v={SPRITE:x}#{name}")></use>
        </svg>
    }
}
