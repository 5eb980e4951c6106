//! What macOS tells by notifications, of which the main thread hears.
#![expect(unsafe_code, reason = "AppKit is called through Objective-C")]

use std::cell::RefCell;

use controller::Handle;
use controller::view::{DeskEvent, Request};
use objc2::rc::Retained;
use objc2::runtime::Sel;
use objc2::{DefinedClass, MainThreadMarker, MainThreadOnly, define_class, msg_send, sel};
use objc2_app_kit::{
    NSWorkspace, NSWorkspaceDidWakeNotification, NSWorkspaceSessionDidBecomeActiveNotification,
    NSWorkspaceSessionDidResignActiveNotification, NSWorkspaceWillPowerOffNotification,
    NSWorkspaceWillSleepNotification,
};
use objc2_foundation::{
    NSDistributedNotificationCenter, NSNotification, NSNotificationSuspensionBehavior, NSObject,
    NSString,
};

use super::changes::{Change, Seat};

/// The screen is locked, and unlocked (observed by others: macOS documents no name for either).
const LOCKED: &str = "com.apple.screenIsLocked";
const UNLOCKED: &str = "com.apple.screenIsUnlocked";

/// Tells the engine what macOS says, for as long as the program runs.
pub(crate) fn watch(handle: Handle) {
    let Some(main_thread) = MainThreadMarker::new() else {
        tracing::info!("the system does not tell of sleep, lock and shutdown");
        return;
    };
    let listener = Listener::new(main_thread, handle);
    listener.listen();
    // The centers keep no hold of whom they tell.
    std::mem::forget(listener);
}

struct Desk {
    handle: Handle,
    seat: RefCell<Seat>,
}

define_class!(
    // SAFETY: NSObject asks nothing of its subclasses, and this one has no `Drop`.
    #[unsafe(super(NSObject))]
    #[thread_kind = MainThreadOnly]
    #[name = "FermataSeat"]
    #[ivars = Desk]
    struct Listener;

    impl Listener {
        #[unsafe(method(willSleep:))]
        fn will_sleep(&self, _: &NSNotification) {
            self.tell(DeskEvent::FallsAsleep);
        }

        #[unsafe(method(didWake:))]
        fn did_wake(&self, _: &NSNotification) {
            self.tell(DeskEvent::Wakes);
        }

        /// The user has asked for a shutdown, a restart or the end of the session.
        #[unsafe(method(willPowerOff:))]
        fn will_power_off(&self, _: &NSNotification) {
            self.tell(DeskEvent::ShutsDown);
        }

        #[unsafe(method(becameActive:))]
        fn became_active(&self, _: &NSNotification) {
            self.take(Change::Active(true));
        }

        #[unsafe(method(resignedActive:))]
        fn resigned_active(&self, _: &NSNotification) {
            self.take(Change::Active(false));
        }

        #[unsafe(method(locked:))]
        fn locked(&self, _: &NSNotification) {
            self.take(Change::Locked(true));
        }

        #[unsafe(method(unlocked:))]
        fn unlocked(&self, _: &NSNotification) {
            self.take(Change::Locked(false));
        }
    }
);

impl Listener {
    fn new(main_thread: MainThreadMarker, handle: Handle) -> Retained<Self> {
        let desk = Desk {
            handle,
            seat: RefCell::default(),
        };
        let listener = Self::alloc(main_thread).set_ivars(desk);
        // SAFETY: `init` of NSObject takes nothing and returns the object.
        unsafe { msg_send![super(listener), init] }
    }

    fn listen(&self) {
        // SAFETY: AppKit never changes the names of its notifications.
        let told = unsafe {
            [
                (NSWorkspaceWillSleepNotification, sel!(willSleep:)),
                (NSWorkspaceDidWakeNotification, sel!(didWake:)),
                (NSWorkspaceWillPowerOffNotification, sel!(willPowerOff:)),
                (
                    NSWorkspaceSessionDidBecomeActiveNotification,
                    sel!(becameActive:),
                ),
                (
                    NSWorkspaceSessionDidResignActiveNotification,
                    sel!(resignedActive:),
                ),
            ]
        };
        // Of these the workspace tells, and nobody else (documented: `notificationCenter`).
        let workspace = NSWorkspace::sharedWorkspace().notificationCenter();
        for (name, method) in told {
            // SAFETY: the method takes the one notification, and the listener is never freed.
            unsafe {
                workspace.addObserver_selector_name_object(self, method, Some(name), None);
            }
        }
        self.listen_beyond_the_program(LOCKED, sel!(locked:));
        self.listen_beyond_the_program(UNLOCKED, sel!(unlocked:));
        tracing::info!("the system tells of sleep, lock and shutdown");
    }

    fn listen_beyond_the_program(&self, name: &str, method: Sel) {
        let name = NSString::from_str(name);
        let all = NSDistributedNotificationCenter::defaultCenter();
        // At once: AppKit keeps them back from a program that is not in front (documented).
        let at_once = NSNotificationSuspensionBehavior::DeliverImmediately;
        // SAFETY: the method takes the one notification, and the listener is never freed.
        unsafe {
            all.addObserver_selector_name_object_suspensionBehavior(
                self,
                method,
                Some(&name),
                None,
                at_once,
            );
        }
    }

    fn take(&self, change: Change) {
        let event = self.ivars().seat.borrow_mut().take(change);
        if let Some(event) = event {
            self.tell(event);
        }
    }

    fn tell(&self, event: DeskEvent) {
        self.ivars().handle.send(Request::Desk(event));
    }
}
