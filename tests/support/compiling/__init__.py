"""Sources, trees and cases for tests of the compiler."""
