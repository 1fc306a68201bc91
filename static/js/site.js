// Every page loads this; each module looks for its own data attributes and does nothing without them.
import "./forms.js";
import "./draft.js";
import "./keys.js";
import "./filters.js";
import "./copy.js";
import "./toast.js";
