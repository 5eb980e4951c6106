//! Who is told what the windows of a thread are told.

use std::cell::RefCell;
use std::rc::Rc;

use super::bar::Message;

type Listener = Rc<dyn Fn(Message)>;

thread_local! {
    static LISTENER: RefCell<Option<Listener>> = const { RefCell::new(None) };
}

/// Has everything that the windows of this thread are told told to `listener`.
pub(super) fn listen(listener: impl Fn(Message) + 'static) {
    LISTENER.set(Some(Rc::new(listener)));
}

/// Tells what the windows of this thread are told; nobody, if nobody listens.
pub(super) fn tell(message: Message) {
    let listener = LISTENER.with_borrow(Clone::clone);
    if let Some(listener) = listener {
        listener(message);
    }
}
