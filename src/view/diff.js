// Steps from edit to edit: j or n to the next, k or p to the one before.  The
// page is whole without this: each mark links to the next one.
"use strict";
(function () {
	const marks = Array.from(document.querySelectorAll(".marks > li[id]"));
	let at = -1;

	function place() {
		const here = marks.findIndex((m) => "#" + m.id === location.hash);
		if (here >= 0)
			at = here;
	}

	function go(to) {
		if (to < 0 || to >= marks.length)
			return;
		at = to;
		const fold = marks[at].closest("details");
		if (fold)
			fold.open = true;
		location.hash = marks[at].id;
		marks[at].querySelector("a").focus({ preventScroll: true });
		marks[at].scrollIntoView({ block: "center" });
	}

	document.addEventListener("keydown", function (event) {
		const step = { j: 1, n: 1, k: -1, p: -1 }[event.key];
		const typing = event.target.closest("input, select, textarea");
		if (!step || typing || event.ctrlKey || event.metaKey || event.altKey)
			return;
		place();
		go(at + step);
		event.preventDefault();
	});

	const first = document.querySelector(".first-edit");
	if (first)
		first.title = "j: to the next edit; k: to the one before";
})();
