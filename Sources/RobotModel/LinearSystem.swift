/// Small systems of linear equations.
public enum LinearSystem {
    /// Solves `matrix` · x = `right` by Gaussian elimination with partial pivoting; nil if it is singular.
    public static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double]? {
        var (a, b) = (matrix, right)
        let n = b.count
        for column in 0..<n {
            guard let pivot = (column..<n).max(by: { abs(a[$0][column]) < abs(a[$1][column]) }),
                abs(a[pivot][column]) > 1e-14
            else { return nil }
            a.swapAt(column, pivot)
            b.swapAt(column, pivot)
            for row in (column + 1)..<max(n, column + 1) {
                let factor = a[row][column] / a[column][column]
                for k in column..<n { a[row][k] -= factor * a[column][k] }
                b[row] -= factor * b[column]
            }
        }
        for row in stride(from: n - 1, through: 0, by: -1) {
            for k in (row + 1)..<max(n, row + 1) { b[row] -= a[row][k] * b[k] }
            b[row] /= a[row][row]
        }
        return b
    }

    /// The factors that bring the sums of `rows` nearest to `values`, by least squares; a column that says nothing gets 0.
    static func fit(_ rows: [[Double]], _ values: [Double]) -> [Double] {
        let n = rows.first?.count ?? 0
        var a = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
        var b = [Double](repeating: 0, count: n)
        for (row, value) in zip(rows, values) {
            for i in 0..<n {
                for j in 0..<n { a[i][j] += row[i] * row[j] }
                b[i] += row[i] * value
            }
        }
        // a breath of regularization, so that columns that are alike share what they explain
        for i in 0..<n { a[i][i] += 1e-9 * a[i][i] + 1e-12 }
        return solve(a, b) ?? [Double](repeating: 0, count: n)
    }
}
