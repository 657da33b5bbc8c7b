//! What of the design system has to be tried out in a browser.

use leptos::prelude::*;

use crate::ui::{Combobox, Dialog, Drawer, Field, Menu, MenuAction, MenuLink, Suggestion, Toasts};

/// Names to look for.
const KINDS: [(&str, &str); 7] = [
    ("API", "What others may call"),
    ("Component", "A piece of software"),
    ("Domain", "Systems that belong together"),
    ("Group", "People who work together"),
    ("Resource", "What software runs on"),
    ("System", "Software that works together"),
    ("User", "A person"),
];

/// The sample that belongs to a section.
pub(super) fn sample(section: &str) -> Option<AnyView> {
    let sample = match section {
        "menu" => menu(),
        "dialog" => dialog(),
        "drawer" => drawer(),
        "toast" => toast(),
        "combobox" => combobox(),
        _ => return None,
    };
    Some(view! { <div class="specimen__body">{sample}</div> }.into_any())
}

fn menu() -> AnyView {
    let toasts = Toasts::current();
    let on_choose = Callback::new(move |()| toasts.show("Archived", None));
    let items = move || {
        view! {
            <MenuLink label="Light" href="#menu" current=true/>
            <MenuLink label="Dark" href="#menu"/>
            <MenuAction label="Archive" on_choose danger=true/>
        }
    };
    view! {
        <div class="actions">
            <Menu id="menu-words" label="Actions">{items()}</Menu>
            <Menu id="menu-icon" label="More actions" icon="more">{items()}</Menu>
        </div>
    }
    .into_any()
}

fn dialog() -> AnyView {
    let toasts = Toasts::current();
    let open = RwSignal::new(false);
    let remove = move |_| {
        open.set(false);
        toasts.show("“Payments” was unregistered", Some(Callback::new(move |()| open.set(true))));
    };
    view! {
        <button type="button" class="button button--danger" command="show-modal" commandfor="sample-dialog">"Unregister"</button>
        <Dialog id="sample-dialog" title="Unregister “Payments”?" open>
            <p>"Its four entities leave the catalog. Their files stay where they are."</p>
            <Field id="sample-name" name="name" label="Type the name to go on" hint="It is written above." required=true/>
            <p class="actions">
                <button type="button" class="button" command="close" commandfor="sample-dialog">"Keep it"</button>
                <button type="button" class="button button--danger" on:click=remove>"Unregister"</button>
            </p>
        </Dialog>
    }
    .into_any()
}

fn drawer() -> AnyView {
    view! {
        <button type="button" class="button" command="show-modal" commandfor="sample-drawer">"Peek"</button>
        <Drawer id="sample-drawer" title="Payments">
            <p>"Takes money from travellers and gives it to the railway."</p>
            <p><a href="/catalog">"Open the catalog"</a></p>
        </Drawer>
    }
    .into_any()
}

fn toast() -> AnyView {
    let toasts = Toasts::current();
    let said = RwSignal::new("");
    let undo = Callback::new(move |()| said.set("It is back."));
    view! {
        <p class="actions">
            <button type="button" class="button" on:click=move |_| toasts.show("View removed", Some(undo))>
                "Remove the view"
            </button>
            <button type="button" class="button" on:click=move |_| toasts.show("Address copied", None)>
                "Copy the address"
            </button>
            <span>{said}</span>
        </p>
    }
    .into_any()
}

fn combobox() -> AnyView {
    let typed = RwSignal::new(String::new());
    let suggestions = Signal::derive(move || {
        let typed = typed.get().to_ascii_lowercase();
        let fits = KINDS.iter().filter(|(name, _)| name.to_ascii_lowercase().contains(&typed));
        let suggestion = |&(name, note): &(&str, &str)| Suggestion {
            value: name.to_owned(),
            label: name.to_owned(),
            note: note.to_owned(),
        };
        fits.map(suggestion).collect()
    });
    let chosen = Callback::new(move |value| typed.set(value));
    let on_input = Callback::new(move |text| typed.set(text));
    view! { <Combobox id="sample-kind" name="kind" label="Kind" suggestions on_input on_choose=chosen/> }
        .into_any()
}
